// GraphiQL of Arpent: an editor with completion, the schema's documentation, and answers, live ones included.
// Everything is in this folder, so it works without a network.
import { complete, docs, prettify } from './schema.js'

const words = {
  en: {
    run: 'Run', stop: 'Stop', prettify: 'Prettify', copy: 'Copy as curl', history: 'History', docs: 'Documentation', variables: 'Variables',
    headers: 'Headers', search: 'Search the schema', query: 'Query', nobody: 'Nobody is signed in.', signIn: 'Sign in', copied: 'Copied',
    waiting: 'Waiting…', live: (n) => `Live: ${n} received`, done: (ms, size) => `${ms} ms · ${size} bytes`, lost: 'The server does not answer.', bad: 'Variables and headers must be JSON objects.',
  },
  fr: {
    run: 'Exécuter', stop: 'Arrêter', prettify: 'Mettre en forme', copy: 'Copier pour curl', history: 'Historique', docs: 'Documentation', variables: 'Variables',
    headers: 'En-têtes', search: 'Chercher dans le schéma', query: 'Requête', nobody: 'Personne n’est connecté.', signIn: 'Se connecter', copied: 'Copié',
    waiting: 'En attente…', live: (n) => `En direct : ${n} reçus`, done: (ms, size) => `${ms} ms · ${size} octets`, lost: 'Le serveur ne répond pas.', bad: 'Variables et en-têtes doivent être des objets JSON.',
  },
}[navigator.language.startsWith('fr') ? 'fr' : 'en']

const welcome = `# Ctrl+Enter runs, Ctrl+Space completes. Subscriptions are live.
query Welcome {
  viewer {
    name
    permissions
  }
  projects(first: 10) {
    edges {
      node {
        acronym
        name
      }
    }
  }
}
`
const $ = (id) => document.getElementById(id)
const stored = (name, otherwise) => localStorage.getItem('arpent.graphiql.' + name) ?? otherwise
const store = (name, text) => localStorage.setItem('arpent.graphiql.' + name, text)
let schema, socket

function label() {
  document.documentElement.lang = words.run === 'Run' ? 'en' : 'fr'
  for (const id of ['prettify', 'copy']) $(id).textContent = words[id]
  $('run').textContent = '▶ ' + words.run
  $('docs-toggle').textContent = words.docs
  $('history-label').textContent = words.history
  $('search-label').textContent = words.search
  $('search').placeholder = words.search
  for (const id of ['variables', 'headers']) $(id + '-tab').textContent = words[id]
  for (const id of ['query', 'variables', 'headers']) $(id).setAttribute('aria-label', words[id])
}

async function start() {
  listHistory()
  const { docsQuery, read } = await import('./schema.js')
  try {
    const { data } = await post({ query: docsQuery })
    if (!data?.__schema) return showNobody()
    schema = read(data.__schema)
    docs(schema, $('page'), $('trail'), $('search'))
    $('who').textContent = (await post({ query: '{ viewer { name } }' })).data.viewer?.name ?? ''
  } catch {
    $('measure').textContent = words.lost
  }
}

function showNobody() {
  $('who').textContent = words.nobody + ' '
  const link = Object.assign(document.createElement('a'), { href: '/sign-in?next=/graphiql/', textContent: words.signIn })
  $('who').append(link)
}

/** Gives a text area its colours, its memory and its keys. */
function prepare(area, name) {
  area.value = stored(name, { query: welcome, variables: '{}', headers: '{}' }[name])
  const colour = () => paint(area.previousElementSibling, area.value + '\n', name === 'query')
  area.addEventListener('input', () => { colour(); store(name, area.value); if (name === 'query') offer() })
  area.addEventListener('scroll', () => { area.previousElementSibling.scrollTop = area.scrollTop; area.previousElementSibling.scrollLeft = area.scrollLeft })
  area.addEventListener('keydown', (event) => keys(event, area, name))
  area.addEventListener('blur', () => setTimeout(closeChoices, 150))
  colour()
}

function keys(event, area, name) {
  const command = event.ctrlKey || event.metaKey
  if (command && event.key === 'Enter') { event.preventDefault(); return run() }
  if (name === 'query' && command && event.key === ' ') { event.preventDefault(); return offer(true) }
  if (!$('choices').hidden && chooseByKey(event)) return event.preventDefault()
  if (event.key === 'Enter' && !command) { event.preventDefault(); insert(area, '\n' + indentation(area)) }
}

function indentation(area) {
  const before = area.value.slice(0, area.selectionStart)
  const line = before.slice(before.lastIndexOf('\n') + 1)
  return line.match(/^\s*/)[0] + (/[{([]\s*$/.test(line) ? '  ' : '')
}

function insert(area, text, from = area.selectionStart) {
  area.setRangeText(text, from, area.selectionEnd, 'end')
  area.dispatchEvent(new Event('input'))
}

/* Colours. Text nodes and spans only: nothing of an answer becomes markup. */
const graphqlParts = /(#.*)|("""[\s\S]*?"""|"(?:\\.|[^"\\\n])*")|(\$\w+|@\w+)|\b(query|mutation|subscription|fragment|on|true|false|null)\b|(-?\d+(?:\.\d+)?)|([A-Za-z_]\w*)/g
const jsonParts = /(\u0000)|("(?:\\.|[^"\\])*")(?!\s*:)|("(?:\\.|[^"\\])*")(?=\s*:)|\b(true|false|null)\b|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(\u0000)/g
const classes = ['c', 's', 'v', 'k', 'n', 'f']

function paint(target, text, graphql) {
  target.replaceChildren()
  if (text.length > 400_000) { target.textContent = text; return }
  let at = 0
  for (const match of text.matchAll(graphql ? graphqlParts : jsonParts)) {
    if (match.index > at) target.append(text.slice(at, match.index))
    const span = document.createElement('span')
    span.className = classes[match.slice(1).findIndex((part) => part !== undefined)]
    span.textContent = match[0]
    target.append(span)
    at = match.index + match[0].length
  }
  target.append(text.slice(at))
}

/* Completion. */
function offer(always) {
  const area = $('query')
  const before = area.value.slice(0, area.selectionStart)
  const typed = before.match(/\w*$/)[0]
  const options = schema && (always || typed) ? complete(schema, before.slice(0, before.length - typed.length)) : []
  const fitting = options.filter((o) => o.name.toLowerCase().includes(typed.toLowerCase()) && o.name !== typed)
    .sort((a, b) => Number(!a.name.startsWith(typed)) - Number(!b.name.startsWith(typed))).slice(0, 50)
  if (fitting.length === 0) return closeChoices()
  $('choices').replaceChildren(...fitting.map((option, i) => {
    const item = Object.assign(document.createElement('li'), { role: 'option', textContent: option.name })
    item.setAttribute('role', 'option')
    item.setAttribute('aria-selected', String(i === 0))
    item.append(Object.assign(document.createElement('span'), { textContent: option.type }))
    item.addEventListener('mousedown', (event) => { event.preventDefault(); take(option.name) })
    return item
  }))
  place(area, before)
}

function place(area, before) {
  const lines = before.split('\n')
  const list = $('choices')
  list.style.top = `${lines.length * 20.15 + 14 - area.scrollTop}px`
  list.style.left = `${Math.min(lines.at(-1).length * 7.83 + 12, area.clientWidth - 240)}px`
  list.hidden = false
}

function chooseByKey(event) {
  const items = [...$('choices').children]
  const at = items.findIndex((item) => item.getAttribute('aria-selected') === 'true')
  const move = { ArrowDown: 1, ArrowUp: -1 }[event.key]
  if (move) {
    const next = items[(at + move + items.length) % items.length]
    items[at].setAttribute('aria-selected', 'false')
    next.setAttribute('aria-selected', 'true')
    next.scrollIntoView({ block: 'nearest' })
    return true
  }
  if (event.key === 'Escape') { closeChoices(); return true }
  if (event.key !== 'Enter' && event.key !== 'Tab') return false
  take(items[at].firstChild.textContent)
  return true
}

function take(name) {
  const area = $('query')
  const typed = area.value.slice(0, area.selectionStart).match(/\w*$/)[0]
  insert(area, name, area.selectionStart - typed.length)
  closeChoices()
}

function closeChoices() { $('choices').hidden = true }

/* Asking. */
$('run').addEventListener('click', run)
$('prettify').addEventListener('click', () => { $('query').value = prettify($('query').value); $('query').dispatchEvent(new Event('input')) })
$('copy').addEventListener('click', async () => {
  const body = JSON.stringify({ query: $('query').value, variables: parsed('variables') ?? {} }).replaceAll("'", String.raw`'\''`)
  await navigator.clipboard?.writeText(`curl ${location.origin}/graphql -H 'Authorization: Bearer TOKEN' -H 'Content-Type: application/json' -d '${body}'`)
  $('measure').textContent = words.copied
})
$('docs-toggle').addEventListener('click', () => {
  $('docs').hidden = !$('docs').hidden
  $('docs-toggle').setAttribute('aria-expanded', String(!$('docs').hidden))
  document.querySelector('main').classList.toggle('with-docs', !$('docs').hidden)
})
for (const name of ['variables', 'headers']) {
  $(name + '-tab').addEventListener('click', () => {
    for (const other of ['variables', 'headers']) {
      $(other + '-panel').hidden = other !== name
      $(other + '-tab').setAttribute('aria-selected', String(other === name))
    }
  })
}

function parsed(name) {
  try {
    const value = JSON.parse($(name).value.trim() || '{}')
    return typeof value === 'object' && value !== null ? value : undefined
  } catch { return undefined }
}

async function run() {
  if (socket) return stop()
  const variables = parsed('variables'), headers = parsed('headers')
  if (!variables || !headers) { $('measure').textContent = words.bad; return }
  const query = $('query').value, operationName = chosenOperation(query)
  remember(query)
  $('measure').textContent = words.waiting
  if (new RegExp(`\\bsubscription\\b\\s*${operationName ?? ''}`).test(query.replace(/#.*/g, ''))) return follow({ query, variables, operationName }, headers)
  const began = performance.now()
  try {
    const answer = await post({ query, variables, operationName }, headers)
    const text = JSON.stringify(answer, null, 2)
    paint($('answer'), text)
    $('measure').textContent = words.done(Math.round(performance.now() - began), text.length)
  } catch { $('measure').textContent = words.lost }
}

/** The operation in which the cursor stands, when there are several. */
function chosenOperation(query) {
  const all = [...query.matchAll(/^\s*(?:query|mutation|subscription)\s+(\w+)/gm)]
  if (all.length < 2) return undefined
  return (all.filter((match) => match.index <= $('query').selectionStart).at(-1) ?? all[0])[1]
}

async function post(body, headers = {}) {
  const response = await fetch('/graphql', {
    method: 'POST', credentials: 'same-origin', body: JSON.stringify(body),
    headers: { 'Content-Type': 'application/json', Accept: 'application/json', ...headers },
  })
  return response.json()
}

function follow(payload, headers) {
  let received = 0
  socket = new WebSocket(location.origin.replace('http', 'ws') + '/graphql', 'graphql-transport-ws')
  $('run').textContent = '■ ' + words.stop
  paint($('answer'), '')
  socket.onopen = () => say({ type: 'connection_init', payload: headers })
  socket.onclose = (event) => { if (event.code !== 1000) $('measure').textContent = `${event.code} ${event.reason}`; ended() }
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(data)
    if (message.type === 'connection_ack') say({ id: '1', type: 'subscribe', payload })
    if (message.type === 'ping') say({ type: 'pong' })
    if (message.type === 'next' || message.type === 'error') {
      received++
      const piece = document.createElement('div')
      paint(piece, JSON.stringify(message.payload, null, 2) + '\n')
      $('answer').prepend(piece)
      while ($('answer').childElementCount > 200) $('answer').lastElementChild.remove()
      $('measure').textContent = words.live(received)
    }
    if (message.type === 'complete' || message.type === 'error') stop()
  }
}

function say(message) { socket?.send(JSON.stringify(message)) }
function stop() { socket?.close(1000); ended() }
function ended() { socket = undefined; $('run').textContent = '▶ ' + words.run }

/* What was asked before. */
function remember(query) {
  const before = JSON.parse(stored('history', '[]')).filter((other) => other !== query)
  store('history', JSON.stringify([query, ...before].slice(0, 20)))
  listHistory()
}

function listHistory() {
  const queries = JSON.parse(stored('history', '[]'))
  $('history').replaceChildren(new Option(words.history, ''), ...queries.map((query, i) => new Option(title(query), String(i))))
}

function title(query) {
  return query.match(/(?:query|mutation|subscription)\s+(\w+)/)?.[1] ?? query.replace(/#.*/g, '').replace(/\s+/g, ' ').slice(0, 40)
}

$('history').addEventListener('change', (event) => {
  const query = JSON.parse(stored('history', '[]'))[Number(event.target.value)]
  if (event.target.value === '' || !query) return
  $('query').value = query
  $('query').dispatchEvent(new Event('input'))
  event.target.value = ''
})

label()
for (const id of ['query', 'variables', 'headers']) prepare($(id), id)
start()
