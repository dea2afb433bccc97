/** The kubelet's metrics that Skerry does not give, and why. */

export interface LeftOut {
  /** Names, or the beginnings of names with a `*`. */
  readonly names: readonly string[];
  readonly why: string;
}

export const LEFT_OUT: readonly LeftOut[] = [
  {
    names: ["kubelet_pleg_relist_duration_seconds", "kubelet_pleg_discard_events"],
    why:
      "There is no relist of all pods at once: each is looked at by itself, and no event waits " +
      "in a channel that may be full. See `kubelet_pleg_pod_relist_duration_seconds`.",
  },
  {
    names: ["kubelet_evented_pleg_*"],
    why: "The runtime's events are always followed; its calls are counted by " +
      "`kubelet_runtime_operations_*`.",
  },
  {
    names: ["kubelet_first_network_pod_start_sli_duration_seconds"],
    why: "Internal to Kubernetes' own tests.",
  },
  {
    names: ["kubelet_node_startup_*"],
    why: "The node is registered beside the start of its pods, which wait for nothing of it.",
  },
  {
    names: ["kubelet_eviction_stats_age_seconds"],
    why: "Statistics are measured for each decision and have no age.",
  },
  {
    names: ["kubelet_image_manager_*", "kubelet_imagemanager_*"],
    why:
      "Who may use an image that is there is not kept (`imagePullCredentialsVerificationPolicy`).",
  },
  { names: ["kubelet_image_volume_*"], why: "There are no image volumes." },
  {
    names: ["kubelet_started_user_namespaced_pods_*"],
    why: "Pods with `hostUsers: false` are refused.",
  },
  { names: ["kubelet_started_host_process_containers_*"], why: "Windows only." },
  {
    names: [
      "kubelet_container_requested_resizes_total",
      "kubelet_pod_resize_duration_milliseconds",
      "kubelet_pod_pending_resizes",
      "kubelet_pod_in_progress_resizes",
      "kubelet_pod_infeasible_resizes_total",
      "kubelet_pod_deferred_*",
    ],
    why: "Pods are not resized in place.",
  },
  {
    names: [
      "kubelet_cpu_manager_*",
      "kubelet_memory_manager_*",
      "kubelet_topology_manager_*",
      "kubelet_resource_manager_*",
      "kubelet_container_aligned_compute_resources_*",
      "kubelet_memory_qos_*",
      "kubelet_pod_level_resources_admission_total",
    ],
    why: "There are no such managers and features.",
  },
  {
    names: ["kubelet_device_plugin_*", "kubelet_pod_resources_endpoint_*", "dra_*"],
    why: "There are no device plugins, no pod resources socket and no dynamic resources.",
  },
  {
    names: ["kubelet_pod_requests_*", "kubelet_pod_watch_events_dropped_total"],
    why: "There is no pods socket.",
  },
  {
    names: ["kubelet_graceful_shutdown_*"],
    why: "The machine's shutdown is left to systemd; pods are not ended one by one for it.",
  },
  {
    names: [
      "kubelet_lifecycle_handler_http_fallbacks_total",
      "kubelet_sleep_action_terminated_early_total",
    ],
    why: "Hooks over HTTPS do not fall back to HTTP; a sleep that is cut is no failure.",
  },
  {
    names: ["kubelet_orphan_pod_cleaned_*"],
    why:
      "Volumes of a pod go with the pod, in one step with its other traces; no sweep looks for them.",
  },
  { names: ["kubelet_cri_losing_support"], why: "Every version of CRI v1 is supported." },
  {
    names: ["kubelet_metrics_provider"],
    why: "Statistics come from the runtime and from cgroups at once, as each has them.",
  },
  {
    names: [
      "kubelet_volume_stats_*",
      "kubelet_volume_metric_collection_duration_seconds",
      "storage_operation_*",
      "volume_manager_*",
      "volume_operation_*",
      "csi_*",
      "force_cleaned_failed_volume_*",
      "reconstruct_volume_*",
    ],
    why: "There are no persistent volumes; what other volumes take up is in `/stats/summary`.",
  },
  {
    names: ["kubelet_container_log_filesystem_used_bytes"],
    why: "It would walk through all logs with each scrape; see `/stats/summary`.",
  },
  { names: ["kubelet_podcertificate_states"], why: "There are no pod certificates." },
  {
    names: [
      "rest_client_exec_plugin_*",
      "rest_client_transport_*",
      "rest_client_dns_resolution_duration_seconds",
      "rest_client_request_size_bytes",
      "rest_client_response_size_bytes",
      "rest_client_request_retries_total",
    ],
    why: "Parts of Go's client that there are not here, or that it does not tell apart.",
  },
  {
    names: ["kubernetes_build_info", "kubernetes_feature_enabled"],
    why: "This is no build of Kubernetes and has no feature gates of it; see `skerry_build_info`.",
  },
  {
    names: [
      "apiserver_*",
      "authentication_*",
      "authorization_*",
      "get_token_*",
      "informer_*",

      "plugin_manager_*",
      "reflector_*",
      "workqueue_*",
      "node_authorizer_*",
      "watchdog_*",
    ],
    why: "Libraries of Kubernetes' own programs; refused requests are counted by " +
      "`skerry_kubelet_api_refusals_total`.",
  },
  {
    names: [
      "go_*",
      "process_network_*",
      "process_virtual_memory_max_bytes",
      "registered_metrics_total",
      "hidden_metrics_total",
      "disabled_metrics_total",
    ],
    why: "Of Go's runtime and metrics library.",
  },
];
