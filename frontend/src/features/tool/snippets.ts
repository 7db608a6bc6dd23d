/** Which servers a tool shall see, as the table's filter tells it. */
export interface Wanted {
  /** By its acronym. */
  project?: string
  labels?: readonly string[]
  search?: string
  /** All else that narrows it, as GraphQL takes it. */
  where: object
}

interface Installation {
  /** Where the portal is, as in https://arpent.example. */
  url: string
  wanted: Wanted
  /** The whole filter as GraphQL takes it: exports know no other. */
  where: object
  /** The port on which an exporter of metrics listens. */
  port: number
  /** As whom ssh signs in; empty for nobody in particular. */
  user: string
}

/** The addresses and what is pasted into tools, by their names. */
export type Snippets = Record<'environment' | 'ansibleScript' | 'ansibleRun' | 'ansibleList' | 'ansibleHost' | 'prometheus' | 'sshConfig' | 'sshInclude' | 'knownHosts' | 'exportCSV' | 'exportJSON' | 'alertmanager', string>

/** Words of the shell in which nothing is expanded. */
const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`

/** Writes everything for this installation and the servers that are wanted. No token stands in it: who pastes it has one. */
export function snippetsOf({ url, wanted, where, port, user }: Installation): Snippets {
  const query = queryOf(wanted)
  const fetched = (path: string, file: string) => `curl -fsS -H "Authorization: Bearer $ARPENT_TOKEN" -o ${file} \\\n  ${quoted(url + path)}`
  const exported = (form: 'csv' | 'json') => fetched(`/exports/servers.${form}${tail(Object.keys(where).length > 0 ? { where: JSON.stringify(where) } : {})}`, `servers.${form}`)
  return {
    environment: `export ARPENT_URL=${quoted(url)}\nexport ARPENT_TOKEN_FILE=~/.config/arpent-token\nexport ARPENT_TOKEN="$(cat "$ARPENT_TOKEN_FILE")"`,
    ansibleScript: `${fetched('/sources/arpent-inventory', 'arpent-inventory')}\nchmod +x arpent-inventory`,
    ansibleRun: `export ARPENT_QUERY=${quoted(new URLSearchParams(query).toString())}\nansible-inventory -i arpent-inventory --graph\nansible all -i arpent-inventory -m ping`,
    ansibleList: `${url}/sources/ansible${tail(query)}`,
    ansibleHost: `${url}/sources/ansible/NAME`,
    prometheus: prometheusOf(`${url}/sources/prometheus${tail([['port', String(port)], ...query])}`),
    sshConfig: `mkdir -p ~/.ssh/config.d\n${fetched(`/sources/ssh_config${tail([...(user ? [['user', user]] : []), ...query])}`, '~/.ssh/config.d/arpent')}`,
    sshInclude: 'Include config.d/arpent\n\nHost *\n  UserKnownHostsFile ~/.ssh/known_hosts ~/.ssh/known_hosts.arpent',
    knownHosts: fetched(`/sources/known_hosts${tail(query)}`, '~/.ssh/known_hosts.arpent'),
    exportCSV: exported('csv'),
    exportJSON: exported('json'),
    alertmanager: alertmanagerOf(`${url}/reports/alertmanager`),
  }
}

type Query = string[][] | Record<string, string>

function tail(query: Query): string {
  const text = new URLSearchParams(query).toString()
  return text && `?${text}`
}

function queryOf({ project, labels = [], search, where }: Wanted): string[][] {
  return [
    ...(project ? [['project', project]] : []),
    ...labels.map((label) => ['label', label]),
    ...(search ? [['search', search]] : []),
    ...(Object.keys(where).length > 0 ? [['where', JSON.stringify(where)]] : []),
  ]
}

const prometheusOf = (address: string) => `scrape_configs:
  - job_name: arpent
    http_sd_configs:
      - url: "${address}"
        authorization:
          credentials_file: /etc/prometheus/arpent-token`

const alertmanagerOf = (address: string) => `receivers:
  - name: arpent
    webhook_configs:
      - url: "${address}"
        http_config:
          authorization:
            credentials_file: /etc/alertmanager/arpent-token`
