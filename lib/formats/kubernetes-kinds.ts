/**
 * The kinds that Kubernetes 1.37 and its predecessors serve by themselves: an API version a line, and `<1.22` after kinds that
 * are not served from that version on; after a whole line's API version it is meant of all of them.
 * Source: https://kubernetes.io/docs/reference/using-api/deprecation-guide/, and the lifecycles that k8s.io/api declares.
 */
const table = `
v1 Binding ComponentStatus ConfigMap Endpoints Event LimitRange List Namespace Node PersistentVolume PersistentVolumeClaim Pod
  PodTemplate ReplicationController ResourceQuota Secret Service ServiceAccount
admissionregistration.k8s.io/v1 MutatingAdmissionPolicy MutatingAdmissionPolicyBinding MutatingWebhookConfiguration
  ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding ValidatingWebhookConfiguration
admissionregistration.k8s.io/v1beta1 MutatingAdmissionPolicy<1.40 MutatingAdmissionPolicyBinding<1.40
  MutatingWebhookConfiguration<1.22 ValidatingAdmissionPolicy<1.34 ValidatingAdmissionPolicyBinding<1.34
  ValidatingWebhookConfiguration<1.22
admissionregistration.k8s.io/v1alpha1 MutatingAdmissionPolicy<1.38 MutatingAdmissionPolicyBinding<1.38
  ValidatingAdmissionPolicy<1.32 ValidatingAdmissionPolicyBinding<1.32
apiextensions.k8s.io/v1 CustomResourceDefinition
apiextensions.k8s.io/v1beta1<1.22 CustomResourceDefinition
apiregistration.k8s.io/v1 APIService
apiregistration.k8s.io/v1beta1<1.22 APIService
apps/v1 ControllerRevision DaemonSet Deployment ReplicaSet StatefulSet
apps/v1beta2<1.16 ControllerRevision DaemonSet Deployment ReplicaSet StatefulSet
apps/v1beta1<1.16 ControllerRevision Deployment StatefulSet
authentication.k8s.io/v1 SelfSubjectReview TokenRequest TokenReview
authentication.k8s.io/v1beta1 SelfSubjectReview<1.33 TokenReview<1.22
authentication.k8s.io/v1alpha1<1.32 SelfSubjectReview
authorization.k8s.io/v1 LocalSubjectAccessReview SelfSubjectAccessReview SelfSubjectRulesReview SubjectAccessReview
authorization.k8s.io/v1beta1<1.22 LocalSubjectAccessReview SelfSubjectAccessReview SelfSubjectRulesReview SubjectAccessReview
autoscaling/v2 HorizontalPodAutoscaler
autoscaling/v1 HorizontalPodAutoscaler Scale
autoscaling/v2beta1<1.25 HorizontalPodAutoscaler
autoscaling/v2beta2<1.26 HorizontalPodAutoscaler
batch/v1 CronJob Job
batch/v1beta1<1.25 CronJob
batch/v2alpha1<1.21 CronJob
certificates.k8s.io/v1 CertificateSigningRequest ClusterTrustBundle PodCertificateRequest
certificates.k8s.io/v1beta1 CertificateSigningRequest<1.22 ClusterTrustBundle<1.40 PodCertificateRequest<1.40
certificates.k8s.io/v1alpha1 ClusterTrustBundle<1.37 PodCertificateRequest<1.37
coordination.k8s.io/v1 Lease
coordination.k8s.io/v1beta1 Lease<1.22 LeaseCandidate<1.39
coordination.k8s.io/v1alpha2<1.38 LeaseCandidate
discovery.k8s.io/v1 EndpointSlice
discovery.k8s.io/v1beta1<1.25 EndpointSlice
events.k8s.io/v1 Event
events.k8s.io/v1beta1<1.25 Event
extensions/v1beta1 DaemonSet<1.16 Deployment<1.16 Ingress<1.22 NetworkPolicy<1.16 PodSecurityPolicy<1.16 ReplicaSet<1.16
flowcontrol.apiserver.k8s.io/v1 FlowSchema PriorityLevelConfiguration
flowcontrol.apiserver.k8s.io/v1beta3<1.32 FlowSchema PriorityLevelConfiguration
flowcontrol.apiserver.k8s.io/v1beta2<1.29 FlowSchema PriorityLevelConfiguration
flowcontrol.apiserver.k8s.io/v1beta1<1.26 FlowSchema PriorityLevelConfiguration
imagepolicy.k8s.io/v1alpha1 ImageReview
internal.apiserver.k8s.io/v1alpha1 StorageVersion
lifecycle.k8s.io/v1alpha1 Eviction EvictionRequest
networking.k8s.io/v1 IPAddress Ingress IngressClass NetworkPolicy ServiceCIDR
networking.k8s.io/v1beta1 IPAddress<1.37 Ingress<1.22 IngressClass<1.22 ServiceCIDR<1.37
node.k8s.io/v1 RuntimeClass
node.k8s.io/v1beta1<1.25 RuntimeClass
policy/v1 Eviction PodDisruptionBudget
policy/v1beta1<1.25 Eviction PodDisruptionBudget PodSecurityPolicy
rbac.authorization.k8s.io/v1 ClusterRole ClusterRoleBinding Role RoleBinding
rbac.authorization.k8s.io/v1beta1<1.22 ClusterRole ClusterRoleBinding Role RoleBinding
rbac.authorization.k8s.io/v1alpha1<1.23 ClusterRole ClusterRoleBinding Role RoleBinding
resource.k8s.io/v1 DeviceClass DeviceTaintRule ResourceClaim ResourceClaimTemplate ResourceSlice
resource.k8s.io/v1beta2 DeviceClass<1.39 DeviceTaintRule<1.42 ResourceClaim<1.39 ResourceClaimTemplate<1.39 ResourceSlice<1.39
resource.k8s.io/v1beta1<1.38 DeviceClass ResourceClaim ResourceClaimTemplate ResourceSlice
resource.k8s.io/v1alpha3 DeviceTaintRule<1.39 ResourcePoolStatusRequest<1.42
scheduling.k8s.io/v1 PriorityClass
scheduling.k8s.io/v1beta1 PodGroup<1.43 PriorityClass<1.22 Workload<1.43
storage.k8s.io/v1 CSIDriver CSINode CSIStorageCapacity StorageClass VolumeAttachment VolumeAttributesClass
storage.k8s.io/v1beta1 CSIDriver<1.22 CSINode<1.22 CSIStorageCapacity<1.27 StorageClass<1.22 VolumeAttachment<1.22
  VolumeAttributesClass<1.37
storage.k8s.io/v1alpha1 CSIStorageCapacity<1.24 VolumeAttachment<1.24 VolumeAttributesClass<1.35
storagemigration.k8s.io/v1 StorageVersionMigration
storagemigration.k8s.io/v1beta1<1.40 StorageVersionMigration
storagemigration.k8s.io/v1alpha1<1.36 StorageVersionMigration
`

export interface BuiltInKind {
  /** Empty for the core API. */
  readonly group: string
  /** `apps/v1`, `v1` */
  readonly apiVersion: string
  readonly kind: string
  /** The minor of the first Kubernetes 1.x that does not serve it. */
  readonly goneIn: number | undefined
}

/** Every kind that some Kubernetes serves by itself, the newest API version of each first. */
export const builtInKinds: readonly BuiltInKind[] = table.trim().replaceAll(/\n +/g, ' ').split('\n').flatMap(line => {
  const [head = '', ...kinds] = line.split(' ')
  const [apiVersion = '', allGone] = head.split('<')
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : ''
  return kinds.map(one => {
    const [kind = '', gone = allGone] = one.split('<')
    return { group, apiVersion, kind, goneIn: gone === undefined ? undefined : Number(gone.replace('1.', '')) }
  })
})
