/** What messages of the relay have in common, the most common last. It is a part of the protocol: another one is another version of it. */

export const relayDictionary: string = [
  `"reason":"NodeNotReady","FailedScheduling","FailedMount","Unhealthy","BackOff","message":"Back-off restarting failed container `,
  `"reason":"Evicted","Killing","message":"Stopping container ","ErrImagePull","ImagePullBackOff","message":"Back-off pulling image `,
  `"type":"MemoryPressure","DiskPressure","PIDPressure","reason":"KubeletHasSufficientMemory","message":"kubelet has sufficient memory available"`,
  `"reason":"KubeletHasNoDiskPressure","message":"kubelet has no disk pressure","reason":"KubeletHasSufficientPID","message":"kubelet has sufficient PID available"`,
  `"Ready":{"type":"Ready","status":"True","reason":"KubeletReady","message":"kubelet is posting ready status"}`,
  `{"objects":[{"object":{"kind":"Node","namespace":"","name":"","uid":""},"status":{"conditions":[{"type":"","status":"False","lastTransitionTime":"2026-`,
  `"qosClass":"BestEffort","Burstable","Guaranteed","hostIP":"","hostIPs":[{"ip":"10.","podIP":"","podIPs":[{"ip":"192.168.","startTime":"202`,
  `"PodReadyToStartContainers":{"type":"PodReadyToStartContainers","Initialized","PodScheduled","status":"True","observedGeneration":1}`,
  `"image":"docker.io/library/registry.k8s.io/ghcr.io/","imageID":"sha256:@sha256:","resources":{"requests":{"cpu":"memory":"limits":"volumeMounts":[{"mountPath":"/var/run/secrets/kubernetes.io/serviceaccount","readOnly":true,"recursiveReadOnly":"Disabled"}],"allocatedResources"`,
  `{"kind":"Event","event":{"type":"Warning","reason":"","message":"","type":"Normal","reason":"Pulling","Pulled","message":"Container image \\"\\" already present on machine","Created","message":"Created container: ","Started","message":"Started container `,
  `"namespace":"kube-system","name":"","uid":"","resourceVersion":"","fieldPath":"spec.containers{}"},"first":,"firstSeen":17,"count":2}},{"sequence":,"at":17,"entry":`,
  `{"kind":"Gone","object":"initContainerStatuses":{"","phase":"Pending","Failed","Succeeded","reason":"ContainersNotReady","message":"containers with unready status: []","PodCompleted","PodFailed"`,
  `"lastState":{"terminated":{"exitCode":137,"reason":"OOMKilled","restartCount":"state":{"waiting":{"reason":"CrashLoopBackOff","ContainerCreating","PodInitializing","message":"back-off 10s restarting failed container=`,
  `{"state":"standby","gone","relaying","connection":1,"bootId":"","version":"0.1.0","highest":,"waiting":0,"at":17,"isSynchronised":true,"bridges":[],"nonce":"","chain":["MII`,
  `"containerStatuses":{"":{"ready":true,"started":true,"state":{"waiting":null,"running":{"startedAt":"2026-`,
  `"conditions":{"Ready":{"status":"True","reason":null,"message":null,"lastTransitionTime":"202"},"ContainersReady":{"status":"`,
  `{"records":[{"sequence":1,"at":17,"entry":{"kind":"Changed","object":{"kind":"Pod","namespace":"default","name":"","uid":""},"changes":{"phase":"Running","conditions":{"Ready":{"status":"False","lastTransitionTime":"2026-","reason":"ContainersNotReady","message":"containers with unready status: []"},"ContainersReady":{"status":"False","lastTransitionTime":"2026-","reason":"ContainersNotReady","message":"containers with unready status: []"}},"containerStatuses":{"":{"ready":false,"started":false,"state":{"running":null,"terminated":{"exitCode":0,"reason":"Completed","exitCode":1,"reason":"Error","startedAt":"2026-","finishedAt":"2026-","containerID":"containerd://`,
].join("");
