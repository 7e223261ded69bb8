/** What is wrong in an image: why its containers could not start, and what can be done about it. */
export interface ImageFault {
  readonly why: string
  readonly hint: string
}
