// The JSON schemas of the reports as types: of the package itself, and for the test of those that it writes by hand.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compile } from 'json-schema-to-typescript';

const read = (name) =>
  JSON.parse(readFileSync(join(import.meta.dirname, '../../core/schema', `${name}.json`), 'utf8'));

/** The types of a report, each object that it holds included. */
export function types(name) {
  return written(whole(name), name);
}

/** The provisioning report without its transcript, which the package tells as events; findings are the package's. */
export async function provisionReport() {
  const { $id, $defs, ...schema } = read('provision');
  delete schema.properties.transcript;
  schema.properties.findings.items = { tsType: 'Finding' };
  const { description } = schema;
  close(schema);
  const code = await written({ ...schema, description }, 'ProvisionReport');
  return `import type { Finding } from '../finding.js';\n\n${code}`;
}

function written(schema, name) {
  return compile(schema, name, { bannerComment: '', additionalProperties: false, style: { singleQuote: true } });
}

/** The schema with what it refers to inside, and without the words that have no types. */
function whole(name) {
  const { $defs, $id, ...finding } = read('finding');
  const text = JSON.stringify(read(name))
    .replaceAll('urn:dps-x509:schema:finding:1#/$defs/', '#/$defs/')
    .replaceAll('"urn:dps-x509:schema:finding:1"', '"#/$defs/finding"');
  const rest = JSON.parse(text);
  delete rest.$id;
  // Only documents from before there were these lack them, and the package writes none of those.
  finding.required = [...finding.required, 'family', 'title'];
  const out = { ...rest, $defs: { ...$defs, ...rest.$defs, finding } };
  close(out);
  return out;
}

/** "Additive" is for readers; the types say what there is. */
function close(value) {
  if (typeof value !== 'object' || value === null) return;
  if (value.type === 'object' && value.properties) value.additionalProperties = false;
  if (value.type === 'object' && !value.properties) value.tsType = 'Record<string, unknown>';
  for (const word of ['if', 'then', 'else', ...(value.prefixItems ? [] : ['minItems', 'maxItems'])]) delete value[word];
  if (value.prefixItems) {
    value.items = value.prefixItems;
    delete value.prefixItems;
  }
  // The schema's own, not a member of that name.
  if (typeof value.title === 'string') delete value.title;
  // Anything at all, for which the generator would say "an object".
  if (Object.keys(value).join() === 'description') value.tsType = 'unknown';
  Object.values(value).forEach(close);
}
