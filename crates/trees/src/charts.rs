//! Helm charts.

use fastrand::Rng;

use crate::{
    File,
    words::{image, now_and_then, repository, version, word},
};

const DEPLOYMENT: &str = r#"apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "app.fullname" . }}
  labels:
    {{- include "app.labels" . | nindent 4 }}
spec:
  {{- if not .Values.autoscaling.enabled }}
  replicas: {{ .Values.replicaCount }}
  {{- end }}
  selector:
    matchLabels:
      {{- include "app.selectorLabels" . | nindent 6 }}
  template:
    metadata:
      {{- with .Values.podAnnotations }}
      annotations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      labels:
        {{- include "app.selectorLabels" . | nindent 8 }}
    spec:
      serviceAccountName: {{ include "app.fullname" . }}
      containers:
        - name: {{ .Chart.Name }}
          image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"
          imagePullPolicy: {{ .Values.image.pullPolicy }}
          ports:
            - name: http
              containerPort: {{ .Values.service.port }}
          {{- range $name, $value := .Values.env }}
          # {{ $name }}
          {{- end }}
          resources:
            {{- toYaml .Values.resources | nindent 12 }}
        {{- if .Values.metrics.enabled }}
        - name: metrics
          image: {{ .Values.metrics.image | quote }}
        {{- end }}
      {{- with .Values.nodeSelector }}
      nodeSelector:
        {{- toYaml . | nindent 8 }}
      {{- end }}
"#;

const SERVICE: &str = r#"apiVersion: v1
kind: Service
metadata:
  name: {{ include "app.fullname" . }}
  labels:
    {{- include "app.labels" . | nindent 4 }}
spec:
  type: {{ .Values.service.type }}
  ports:
    - port: {{ .Values.service.port }}
      targetPort: http
      name: http
  selector:
    {{- include "app.selectorLabels" . | nindent 4 }}
"#;

const INGRESS: &str = r#"{{- if .Values.ingress.enabled -}}
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: {{ include "app.fullname" . }}
spec:
  rules:
    {{- range .Values.ingress.hosts }}
    - host: {{ . | quote }}
      http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              service:
                name: {{ include "app.fullname" $ }}
                port:
                  name: http
    {{- end }}
{{- end }}
"#;

const ACCOUNT: &str = r#"apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ include "app.fullname" . }}
  labels:
    {{- include "app.labels" . | nindent 4 }}
"#;

const DEFINITIONS: &str = r#"{{- define "app.fullname" -}}
{{- if contains .Chart.Name .Release.Name }}
{{- .Release.Name | trunc 63 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "app.selectorLabels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "app.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{ include "app.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
{{- end }}
"#;

/// The files of a chart in a folder.
pub fn chart(rng: &mut Rng, folder: &str, name: &str) -> Vec<File> {
    let mut files = vec![
        (
            "Chart.yaml",
            format!(
                "apiVersion: v2\nname: {name}\nversion: {}\nappVersion: \"{}\"\n",
                version(rng),
                version(rng)
            ),
        ),
        ("values.yaml", values(rng)),
        ("templates/_helpers.tpl", DEFINITIONS.to_owned()),
        ("templates/deployment.yaml", DEPLOYMENT.to_owned()),
        ("templates/service.yaml", SERVICE.to_owned()),
        ("templates/serviceaccount.yaml", ACCOUNT.to_owned()),
    ];
    if now_and_then(rng, 50) {
        files.push(("templates/ingress.yaml", INGRESS.to_owned()));
    }
    if now_and_then(rng, 30) {
        let text = format!("replicaCount: 4\nimage:\n  tag: \"{}\"\n", version(rng));
        files.push(("values-prod.yaml", text));
    }
    let file = |(path, text)| File { path: format!("{folder}/{path}"), text };
    files.into_iter().map(file).collect()
}

fn values(rng: &mut Rng) -> String {
    let tag = if now_and_then(rng, 60) { version(rng) } else { String::new() };
    format!(
        "replicaCount: 2\nimage:\n  repository: {}\n  pullPolicy: IfNotPresent\n  # The chart's appVersion where this is empty.\n  tag: \"{tag}\"\nmetrics:\n  enabled: {}\n  image: {}\nservice:\n  type: ClusterIP\n  port: 8080\ningress:\n  enabled: true\n  hosts: [{}.example.com]\nautoscaling:\n  enabled: false\npodAnnotations: {{}}\nenv:\n  {}: \"1\"\nresources:\n  requests:\n    cpu: 100m\n    memory: 128Mi\nnodeSelector: {{}}\n",
        repository(rng),
        rng.bool(),
        image(rng),
        word(rng),
        word(rng)
    )
}
