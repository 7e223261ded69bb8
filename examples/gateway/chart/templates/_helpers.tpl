{{/* The application's name. */}}
{{- define "gateway.name" -}}
{{- .Values.nameOverride | default .Chart.Name | trunc 63 | trimAll "-" }}
{{- end }}

{{/* The name of all objects. A release that is called like the application needs no second name. */}}
{{- define "gateway.fullname" -}}
{{- $name := include "gateway.name" . }}
{{- $both := printf "%s-%s" .Release.Name $name }}
{{- .Values.fullnameOverride | default (contains $name .Release.Name | ternary .Release.Name $both) | trunc 63 | trimAll "-" }}
{{- end }}

{{/* The name of the service account that pods run under. */}}
{{- define "gateway.serviceAccountName" -}}
{{- .Values.serviceAccount.name | default (.Values.serviceAccount.create | ternary (include "gateway.fullname" .) "default") }}
{{- end }}

{{/* What services and deployments know their pods by; it never changes. */}}
{{- define "gateway.selectorLabels" -}}
app.kubernetes.io/name: {{ include "gateway.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{/* What the pod of the helm test is known by: the service must not take it for one of its own. */}}
{{- define "gateway.testLabels" -}}
app.kubernetes.io/name: {{ include "gateway.name" . | trunc 58 | trimAll "-" }}-test
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{/* Labels of every object. Those of the user come last and replace none. */}}
{{- define "gateway.labels" -}}
{{- include "gateway.labelsBeside" (dict "context" . "own" (include "gateway.selectorLabels" . | fromYaml)) }}
{{- end }}

{{- define "gateway.labelsBeside" -}}
{{- $root := .context }}
{{- $labels := dict
  "helm.sh/chart" (printf "%s-%s" $root.Chart.Name $root.Chart.Version | replace "+" "_" | trunc 63 | trimAll "-._")
  "app.kubernetes.io/version" ($root.Values.image.tag | default $root.Chart.AppVersion | replace "+" "_" | trunc 63 | trimAll "-._")
  "app.kubernetes.io/managed-by" $root.Release.Service
}}
{{- toYaml (merge .own $labels (deepCopy ($root.Values.commonLabels | default dict))) }}
{{- end }}

{{/*
The image's reference. A digest or tag that was set by hand goes first, then what the release wrote for the distro. A chart that
was not released runs the version that it names.
*/}}
{{- define "gateway.image" -}}
{{- $repository := .Values.image.repository }}
{{- $tag := .Values.image.tag }}
{{- $digest := .Values.image.digest }}
{{- $distros := .Values.image.distros | default dict }}
{{- if and $distros (not $tag) (not $digest) }}
{{- $released := get $distros .Values.image.distro }}
{{- if not $released }}
{{- fail (printf "image.distro: this release has no distro %q, but %s" .Values.image.distro (keys $distros | sortAlpha | join ", ")) }}
{{- end }}
{{- $repository = $released.repository | default $repository }}
{{- $tag = $released.tag }}
{{- $digest = $released.digest }}
{{- end }}
{{- if $digest }}
{{- printf "%s@%s" $repository $digest }}
{{- else }}
{{- printf "%s:%s" $repository ($tag | default .Chart.AppVersion) }}
{{- end }}
{{- end }}

{{/* The configuration file's text. */}}
{{- define "gateway.config" -}}
{{- toPrettyJson .Values.config }}
{{- end }}
