/** The container runtime's suite against this machine's containerd, and what only a real runtime can show. */
import { runtimeSuite } from "../runtime_suite.ts";
import { containerdSubject } from "./containerd_subject.ts";

runtimeSuite("containerd", () => containerdSubject());
