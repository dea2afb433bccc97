/** The machine's suite against the fake. */
import { fakeMachine } from "../../fakes/machine.ts";
import { machineSuite } from "../machine_suite.ts";

machineSuite("fake machine", fakeMachine);
