/** See: the verdict, the picture, the findings, every certificate, what was repaired, and the report. */

import { byId, h, show } from "./dom.js";
import { onChange, state } from "./state.js";
import { certificates } from "./see/certificate.js";
import { findings } from "./see/finding.js";
import { pictures } from "./see/picture.js";
import { repaired } from "./see/repaired.js";
import { reports } from "./see/report.js";
import { destinations } from "./see/destination.js";
import { verdict } from "./see/verdict.js";

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
    show(byId("see-body"));
    return;
  }
  show(byId("see-body"), h("div", { class: "stack" },
    pictures(inspection),
    findings(inspection.report.findings),
    destinations(inspection),
    certificates(inspection),
    repaired(inspection),
    reports(inspection)));
}
