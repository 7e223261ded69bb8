export { secretForms, secretsIn } from '../../values/secret-forms.ts'
