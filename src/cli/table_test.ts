/** Tables as they are printed. */
import { equal } from "node:assert/strict";
import { growingTable, renderTable } from "./table.ts";

Deno.test("columns are as wide as their widest cell, three spaces apart, and lines end with text", () => {
  const rows = [["default", "web", "1"], ["kube-system", "a-long-name", ""]];
  equal(
    renderTable(["NAMESPACE", "NAME", "N"], rows),
    "NAMESPACE     NAME          N\n" +
      "default       web           1\n" +
      "kube-system   a-long-name\n",
  );
});

Deno.test("colours take no room and are left out where there are none", () => {
  const rows = [[{ text: "ok", color: "green" as const }, "x"], ["worse", "y"]];
  equal(renderTable(["A", "B"], rows), "A       B\nok      x\nworse   y\n");
  equal(
    renderTable(["A", "B"], rows, { colors: true }),
    "A       B\n\x1b[32mok\x1b[39m      x\nworse   y\n",
  );
});

Deno.test("what a cell says cannot steer the terminal", () => {
  equal(renderTable(["A"], [["\x1b[2Jx\ny"]], { colors: true }), "A\n\\x1b[2Jx\\ny\n");
});

Deno.test("a table that grows says its header once, and its columns never shrink", () => {
  const table = growingTable(["A", "B"]);
  equal(table([["long", "1"]]), "A      B\nlong   1\n");
  equal(table([["x", "2"]]), "x      2\n");
  equal(table([["longer", "3"]]), "longer   3\n");
});

Deno.test("characters beyond the first plane count as one", () => {
  equal(renderTable(["A", "B"], [["😀", "x"], ["ab", "y"]]), "A    B\n😀    x\nab   y\n");
});
