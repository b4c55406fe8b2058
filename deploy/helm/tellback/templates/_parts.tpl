{{/* The name of everything: the release's, with the chart's unless it says it already. */}}
{{- define "tellback.name" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 52 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 52 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* What a Deployment and a Service find pods by; it must never change. */}}
{{- define "tellback.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "tellback.labels" -}}
{{ include "tellback.selector" . }}
app.kubernetes.io/version: {{ .Values.image.tag | default .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{- define "tellback.secret" -}}
{{- .Values.secret.existing | default (include "tellback.name" .) -}}
{{- end -}}

{{/* Pods of every kind: nothing they can write to but their own directories, and no rights. */}}
{{- define "tellback.pod" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  seccompProfile:
    type: RuntimeDefault
volumes:
  - name: data
    emptyDir: {}
  - name: tmp
    emptyDir: {}
{{- with .Values.imagePullSecrets }}
imagePullSecrets: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.affinity }}
affinity: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "tellback.container" -}}
image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop: [ALL]
volumeMounts:
  - name: data
    mountPath: /data
  - name: tmp
    mountPath: /tmp
envFrom:
  - secretRef:
      name: {{ include "tellback.secret" . }}
env:
  {{- range $name, $value := .Values.settings }}
  {{- if $value }}
  - name: TELLBACK_{{ $name }}
    value: {{ $value | quote }}
  {{- end }}
  {{- end }}
{{- end -}}

{{/* Health is asked at the port that strangers do not reach, where senders have one too. */}}
{{- define "tellback.probes" -}}
startupProbe:
  httpGet: {path: /-/health/live, port: operations}
  periodSeconds: 2
  failureThreshold: 60
livenessProbe:
  httpGet: {path: /-/health/live, port: operations}
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6
readinessProbe:
  httpGet: {path: /-/health/ready, port: operations}
  periodSeconds: 3
  timeoutSeconds: 6
  failureThreshold: 1
{{- end -}}

{{/* When the settings change, pods are made anew. */}}
{{- define "tellback.annotations" -}}
checksum/secret: {{ toJson .Values.secret | sha256sum }}
{{- with .Values.podAnnotations }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* SIGTERM: it drains for so long, and then finishes what is under way. */}}
{{- define "tellback.grace" -}}
{{- add (int (.Values.settings.DRAIN_SECONDS | default "5")) 30 -}}
{{- end -}}
