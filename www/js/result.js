/** Result: the verdict, the picture, the findings, every certificate, what was repaired, and the report. */

import { byId, h, show } from "./dom.js";
import { onChange, state } from "./state.js";
import { certificates } from "./result/certificate.js";
import { findings } from "./result/finding.js";
import { pictures } from "./result/picture.js";
import { repaired } from "./result/repaired.js";
import { reports } from "./result/report.js";
import { destinations } from "./result/destination.js";
import { verdict } from "./result/verdict.js";

export function start() {
  draw();
  onChange((what) => {
    if (what === "inspection") draw();
  });
}

function draw() {
  const { inspection } = state;
  show(byId("verdict"), verdict(inspection));
  if (!inspection) {
    show(byId("result-body"));
    return;
  }
  show(byId("result-body"), h("div", { class: "stack" },
    pictures(inspection),
    findings(inspection.report.findings),
    destinations(inspection),
    certificates(inspection),
    repaired(inspection),
    reports(inspection)));
}
