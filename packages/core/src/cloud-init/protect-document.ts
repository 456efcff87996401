import {
  BLOCK_IPV4,
  BLOCK_IPV6,
  KEEP_ROUTES,
  METADATA_UNIT,
  METADATA_UNIT_NAME,
  NETWORKD_FILE,
  NETWORKD_FOLDER,
} from './block-metadata.ts'
import { FORGET_SCRIPT, FORGET_SCRIPT_TEXT, FORGET_UNIT, FORGET_UNIT_NAME } from './forget-user-data.ts'

/** By the first line of a document, as cloud-init tells them apart. */
const CONTENT_TYPES: readonly (readonly [RegExp, string])[] = [
  [/^#cloud-config\s*$/, 'text/cloud-config'],
  [/^#cloud-config-archive/, 'text/cloud-config-archive'],
  [/^#!/, 'text/x-shellscript'],
  [/^#cloud-boothook/, 'text/cloud-boothook'],
  [/^#include-once/, 'text/x-include-once-url'],
  [/^#include/, 'text/x-include-url'],
  [/^#part-handler/, 'text/part-handler'],
  [/^## template: jinja/, 'text/jinja2'],
]

const BOUNDARY = '==woodpecker-autoscaler=='

/**
 * A user's own document with ours behind it, in one of several parts: theirs stays as it is, whatever it is.
 * Ours is a boothook, which cloud-init runs in its first stage, before it runs a command or starts a package of
 * theirs, and again at every boot: it takes the metadata service away at once, and leaves a unit that does
 * so at later boots, should cloud-init not come to it then.
 *
 * It is as long as theirs and about 2.5 KB more; a third more still where theirs is not all ASCII.
 */
export function protectDocument(text: string): string {
  const boundary = text.includes(BOUNDARY) ? `${BOUNDARY}${text.length}==` : BOUNDARY
  return [
    'MIME-Version: 1.0',
    `Content-Type: multipart/mixed; boundary="${boundary}"`,
    '',
    `--${boundary}`,
    partOf(text),
    `--${boundary}`,
    'Content-Type: text/cloud-boothook; charset="us-ascii"',
    '',
    HOOK,
    `--${boundary}--`,
    '',
  ].join('\n')
}

function partOf(text: string): string {
  const firstLine = text.split('\n', 1)[0] ?? ''
  const type = CONTENT_TYPES.find(([beginning]) => beginning.test(firstLine))?.[1]
  // A document of parts brings its own headers, and becomes a part with parts in it.
  if (type === undefined) return text
  if (/^[\t\n\r -~]*$/.test(text)) return `Content-Type: ${type}; charset="us-ascii"\n\n${text}`
  const base64 = Buffer.from(text, 'utf8')
    .toString('base64')
    .replaceAll(/.{76}(?=.)/g, '$&\n')
  return `Content-Type: ${type}; charset="utf-8"\nContent-Transfer-Encoding: base64\n\n${base64}\n`
}

/** Starting a unit here would wait for cloud-init, which waits for this: hence links, and no waiting. */
const HOOK = `#cloud-boothook
#!/bin/sh
${BLOCK_IPV4}
${BLOCK_IPV6} 2>/dev/null
mkdir -p ${NETWORKD_FOLDER}
printf '${KEEP_ROUTES.replaceAll('\n', '\\n')}' >${NETWORKD_FILE}
cd /etc/systemd/system || exit 0
mkdir -p multi-user.target.wants cloud-init.target.wants
cat >${METADATA_UNIT_NAME} <<'END'
${METADATA_UNIT}END
cat >${FORGET_UNIT_NAME} <<'END'
${FORGET_UNIT}END
cat >${FORGET_SCRIPT} <<'END'
${FORGET_SCRIPT_TEXT}END
chmod 0755 ${FORGET_SCRIPT}
ln -sf ../${METADATA_UNIT_NAME} multi-user.target.wants/
ln -sf ../${FORGET_UNIT_NAME} cloud-init.target.wants/
systemctl daemon-reload
systemctl start --no-block ${METADATA_UNIT_NAME} ${FORGET_UNIT_NAME}
exit 0
`
