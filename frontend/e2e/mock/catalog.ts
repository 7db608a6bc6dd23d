import type { Row } from './executor.ts'
import { ago, id } from './ids.ts'

const times = { createdAt: ago(40_000), updatedAt: ago(2_000) }

const README = {
  en: '# PostgreSQL database\n\nA database and the role that owns it, on the shared cluster.\n\n## What you get\n\n| output | meaning |\n| --- | --- |\n| `host` | where it answers |\n| `connection_url` | everything a program needs, secret |\n\n## Before you ask\n\n- [x] Your project has a budget\n- [ ] You know how much you will store\n\n```sql\nSELECT version();\n```\n',
  fr: '# Base de données PostgreSQL\n\nUne base et le rôle qui la possède, sur la grappe partagée.\n\n## Ce que vous obtenez\n\n| résultat | signification |\n| --- | --- |\n| `host` | où elle répond |\n| `connection_url` | tout ce qu’il faut à un programme, secret |\n\n```sql\nSELECT version();\n```\n',
}

const words = (en: string, fr: string) => ({ en, fr })

export const DATABASE_SCHEMA = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  additionalProperties: false,
  required: ['name', 'admin_password'],
  'x-arpent': {
    groups: [
      { name: 'size', title: words('Size', 'Taille'), help: words('Can be changed later.', 'Modifiable par la suite.') },
      { name: 'network', title: words('Network', 'Réseau') },
    ],
  },
  properties: {
    name: { type: 'string', title: 'Database name', description: 'Small letters and digits.', pattern: '^[a-z][a-z0-9_]*$', maxLength: 30, 'x-arpent': { order: 1, title: words('Database name', 'Nom de la base'), help: words('Small letters and digits.', 'Minuscules et chiffres.'), placeholder: words('orders', 'commandes'), type: 'string' } },
    size: { type: 'string', enum: ['small', 'medium', 'large'], default: 'small', title: 'Size', 'x-arpent': { order: 2, group: 'size', widget: 'radio', title: words('Machine', 'Machine'), choices: [{ value: 'small', title: words('Small: 1 CPU, 2 GB', 'Petite : 1 CPU, 2 Go') }, { value: 'medium', title: words('Medium: 2 CPU, 8 GB', 'Moyenne : 2 CPU, 8 Go') }, { value: 'large', title: words('Large: 8 CPU, 32 GB', 'Grande : 8 CPU, 32 Go') }] } },
    storage_gb: { type: 'number', minimum: 10, maximum: 2000, default: 20, title: 'Storage gb', 'x-arpent': { order: 3, group: 'size', title: words('Storage (GB)', 'Stockage (Go)') } },
    replicas: { type: 'number', enum: [0, 1, 2], default: 0, title: 'Replicas', 'x-arpent': { order: 4, group: 'size', title: words('Replicas', 'Répliques') } },
    backups: { type: 'boolean', default: true, title: 'Backups', 'x-arpent': { order: 5, title: words('Nightly backups', 'Sauvegardes nocturnes'), help: words('Kept for thirty days.', 'Conservées trente jours.') } },
    allowed_ranges: { type: 'array', uniqueItems: true, items: { type: 'string' }, default: ['10.0.0.0/8'], title: 'Allowed ranges', 'x-arpent': { order: 6, group: 'network', title: words('Allowed ranges', 'Plages autorisées'), help: words('Networks in CIDR notation.', 'Réseaux en notation CIDR.') } },
    users: { type: 'array', default: [], items: { type: 'object', additionalProperties: false, required: ['login'], properties: { login: { type: 'string', title: 'Login' }, read_only: { type: 'boolean', title: 'Read only', default: true } } }, title: 'Users', 'x-arpent': { order: 7, title: words('Further users', 'Autres utilisateurs') } },
    labels: { type: 'object', additionalProperties: { type: 'string' }, default: { team: 'commerce' }, title: 'Labels', 'x-arpent': { order: 8, advanced: true, title: words('Labels', 'Étiquettes') } },
    maintenance: { type: ['object', 'null'], additionalProperties: false, required: ['day', 'hour'], properties: { day: { type: 'string', title: 'Day' }, hour: { type: 'number', title: 'Hour' } }, default: null, title: 'Maintenance', 'x-arpent': { order: 9, advanced: true, nullable: true, title: words('Maintenance window', 'Créneau de maintenance') } },
    window: { type: 'array', items: false, minItems: 2, maxItems: 2, prefixItems: [{ type: 'number' }, { type: 'string' }], default: [2, 'UTC'], title: 'Window', 'x-arpent': { order: 10, advanced: true, title: words('Backup hour and zone', 'Heure et fuseau de sauvegarde') } },
    settings: { default: {}, title: 'Settings', 'x-arpent': { order: 11, advanced: true, title: words('PostgreSQL settings', 'Réglages de PostgreSQL'), help: words('Any JSON value.', 'Toute valeur JSON.') } },
    admin_password: { type: 'string', minLength: 12, writeOnly: true, title: 'Admin password', 'x-arpent': { order: 12, sensitive: true, title: words('Administrator’s password', 'Mot de passe de l’administrateur') } },
  },
}

const ABOUT = words('For data that several applications share. Its owner can do everything **in** it, nobody else can do anything.', 'Pour des données que plusieurs applications partagent. Son propriétaire peut tout **y** faire, personne d’autre ne peut rien.')

/** The form as a project is offered it: what the project gives is not asked. */
export const OFFERED_SCHEMA = {
  ...DATABASE_SCHEMA,
  'x-arpent': {
    ...DATABASE_SCHEMA['x-arpent'],
    bound: { owner: { type: 'string', title: 'Owner', 'x-arpent': { order: 1, binding: 'project.acronym', title: words('Owner', 'Propriétaire') } } },
    given: { region: { type: 'string', title: 'Region', 'x-arpent': { order: 2, givenBy: 'project', title: words('Region', 'Région') } } },
  },
}

export function catalogRows(): Row[] {
  const library = (n: number, name: string, url: string, more: object = {}): Row => ({
    __typename: 'Library', id: id('lib', n), name, url, ref: 'main', path: '', title: words(name, name), description: words('Templates for everyone.', 'Des modèles pour tous.'), status: 'READY', commit: '4f1c2ab90d', syncedAt: ago(65), problems: [], hasCredential: false, ...times, ...more,
  })
  const template = (n: number, name: string, version: string, icon: string, category: string, title: object, description: object, more: object = {}): Row => ({
    __typename: 'Template', id: id('tpl', n), libraryID: id('lib', 1), name, version, latest: true, kind: 'MODULE', isBase: false, status: 'READY', title, description, about: ABOUT, readme: README, icon, category, schema: DATABASE_SCHEMA,
    outputs: [{ name: 'host' }, { name: 'connection_url', sensitive: true }], problems: [], approval: { auto: false, roles: ['ADMIN', 'EDITOR'], count: 1, notSelf: true, expiresIn: 86_400 }, requestRoles: [], cost: words('About 40 € a month', 'Environ 40 € par mois'), ...times, ...more,
  })
  return [
    library(1, 'Standard', 'builtin:'),
    library(2, 'Commerce', 'https://git.example.org/commerce/templates.git', { problems: [{ file: 'templates/queue/main.tf', line: 14, message: words('The variable “size” is used but not declared.', 'La variable « size » est utilisée sans être déclarée.') }], hasCredential: true }),
    template(1, 'postgresql', 'v2.1.0', 'database', 'data', words('PostgreSQL database', 'Base de données PostgreSQL'), words('A database and its owner, on the shared cluster, saved every night.', 'Une base et son propriétaire, sur la grappe partagée, sauvegardée chaque nuit.')),
    template(2, 'git-repository', 'v1.4.2', 'git-branch', 'code', words('Git repository', 'Dépôt git'), words('A repository with its protected branch and its access list.', 'Un dépôt, sa branche protégée et sa liste d’accès.'), { approval: { auto: true, roles: [], count: 0, notSelf: false, expiresIn: 0 }, cost: null }),
    template(3, 'secret', 'v1.0.0', 'key', 'security', words('Secret', 'Secret'), words('A random secret, renewed when you say so.', 'Un secret aléatoire, renouvelé quand vous le dites.'), { cost: null }),
    template(4, 'static-site', 'v3.0.1', 'world', 'web', words('Published site', 'Site publié'), words('A folder of pages, served with a certificate.', 'Un dossier de pages, servi avec un certificat.')),
    template(5, 'dns-record', 'v1.1.0', 'route', 'web', words('DNS record', 'Enregistrement DNS'), words('A name in one of the organization’s zones.', 'Un nom dans l’une des zones de l’organisation.'), { cost: null }),
    template(6, 'ssh-key', 'v1.2.0', 'fingerprint', 'security', words('SSH key pair', 'Paire de clés SSH'), words('A key pair; the private half stays sealed.', 'Une paire de clés ; la moitié privée reste scellée.'), { cost: null }),
    template(7, 'message-queue', 'v0.9.0', 'stack', 'data', words('Message queue', 'File de messages'), words('A queue between two applications.', 'Une file entre deux applications.'), { libraryID: id('lib', 2), status: 'BROKEN', problems: [{ file: 'templates/queue/main.tf', line: 14, message: words('The variable “size” is used but not declared.', 'La variable « size » est utilisée sans être déclarée.') }] }),
    template(8, 'postgresql', 'v2.0.0', 'database', 'data', words('PostgreSQL database', 'Base de données PostgreSQL'), words('A database and its owner.', 'Une base et son propriétaire.'), { latest: false, createdAt: ago(80_000) }),
  ]
}
