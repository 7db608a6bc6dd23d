import type { Installation } from './installation'
import { addLibrary } from './library'
import { admin } from './people'
import { request } from './requests'

/** How many lines the run writes by its own command; the tool adds some of its own. */
export const LINES = 100_000

/** Writes as much as a very large apply does, with what tools like to write: colours, bars of progress, lines without an end. */
const CHATTY = `resource "terraform_data" "chatty" {
  provisioner "local-exec" {
    command = <<-EOT
      printf '\\033[31mred\\033[0m and \\033[1;32mgreen\\033[0m\\n'
      head -c 50000 /dev/zero | tr '\\0' x; echo
      seq -f 'module.cluster.node[%06.0f]: Still creating... [the long way of a long apply]' 1 ${String(LINES)}
    EOT
  }
}
`

/** Has a run write a hundred thousand lines, and answers its id when it is done. */
export async function longRun(installation: Installation): Promise<string> {
  await addLibrary(installation, 'Chatty', [{ name: 'chatty', title: { en: 'Chatty', fr: 'Bavard' }, code: CHATTY }])
  return request(installation, { by: admin, acronym: 'MAPS', template: 'chatty', name: 'chatty' }, 'SUCCEEDED')
}
