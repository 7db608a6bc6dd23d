// What GraphiQL knows of the schema: its types by introspection, what fits at a place, and its pages.

const typeRef = 'name kind ofType { name kind ofType { name kind ofType { name kind } } }'
export const docsQuery = `{ __schema {
  queryType { name } mutationType { name } subscriptionType { name }
  types { name kind description
    fields(includeDeprecated: true) { name description isDeprecated deprecationReason type { ${typeRef} } args { name description defaultValue type { ${typeRef} } } }
    inputFields { name description defaultValue type { ${typeRef} } }
    enumValues { name description } possibleTypes { name } }
} }`

export function read(raw) {
  return {
    types: new Map(raw.types.map((type) => [type.name, type])),
    roots: { query: raw.queryType?.name, mutation: raw.mutationType?.name, subscription: raw.subscriptionType?.name },
  }
}

const named = (type) => (type.ofType ? named(type.ofType) : type.name)
export const show = (type) => (type.kind === 'NON_NULL' ? show(type.ofType) + '!' : type.kind === 'LIST' ? `[${show(type.ofType)}]` : type.name)
const tokens = /#.*|"""[\s\S]*?"""|"(?:\\.|[^"\\\n])*"|\.\.\.|[{}()\[\]:$!=@|]|-?\d[\d.eE+-]*|\w+/g

/** What may be written after a text: fields, arguments, input fields, values or types. */
export function complete(schema, before) {
  const stack = []
  let root = 'query', field, argument, last = ''
  for (const [token] of before.matchAll(tokens)) {
    if (token.startsWith('#') || token.startsWith('"')) continue
    const top = stack.at(-1)
    if (token === '{') stack.push(opened(schema, top, field, argument, root))
    else if (token === '(') stack.push({ args: field })
    else if (token === '}' || token === ')') { stack.pop(); argument = undefined; if (token === '}') field = undefined }
    else if (/^\w+$/.test(token)) {
      if (!top && token in schema.roots) root = token
      else if (last === 'on') field = { type: { name: token } }
      else if (top?.type && token !== 'on') field = member(schema.types.get(top.type), token) ?? (last === ':' ? undefined : field)
      else if (top?.args && last !== ':' && last !== '$') argument = top.args.args?.find((a) => a.name === token)
      else if (top?.input && last !== ':') argument = schema.types.get(top.input)?.inputFields?.find((f) => f.name === token)
    }
    last = token
  }
  return options(schema, stack.at(-1), argument, last)
}

function opened(schema, top, field, argument, root) {
  if (!top) return { type: field?.type ? named(field.type) : schema.roots[root] }
  if (top.args || top.input) return { input: argument && named(argument.type) }
  return { type: field && named(field.type) }
}

const member = (type, name) => type?.fields?.find((f) => f.name === name)
const asOption = (m) => ({ name: m.name, type: show(m.type) })

function options(schema, top, argument, last) {
  if (last === 'on') return [...schema.types.values()].filter((t) => t.kind === 'OBJECT' && !t.name.startsWith('__')).map((t) => ({ name: t.name, type: '' }))
  if (!top) return Object.keys(schema.roots).map((name) => ({ name, type: '' }))
  if (last === ':' && argument) return (schema.types.get(named(argument.type))?.enumValues ?? []).map((v) => ({ name: v.name, type: '' }))
  if (top.args) return (top.args.args ?? []).map(asOption)
  if (top.input) return (schema.types.get(top.input)?.inputFields ?? []).map(asOption)
  const type = schema.types.get(top.type)
  return [...(type?.fields ?? []).map(asOption), ...(type ? [{ name: '__typename', type: 'String!' }] : [])]
}

/** Indents a query by its braces; strings and comments stay as they are. */
export function prettify(text) {
  let depth = 0, line = '', out = ''
  const flush = () => { if (line.trim()) out += '  '.repeat(depth) + line.trim().replace(/ +/g, ' ') + '\n'; line = '' }
  let round = 0
  for (const [token, space, rest] of text.matchAll(/(\s+)|(#.*|"""[\s\S]*?"""|"(?:\\.|[^"\\\n])*"|[{}()]|[^\s{}()"#]+)/g)) {
    if (space) { if (space.includes('\n') && round === 0) flush(); else line += ' '; continue }
    if (rest.startsWith('#')) { flush(); line = rest; flush(); continue }
    if (rest === '(') round++
    if (rest === ')') round--
    if (rest === '{' && round === 0) { line = line.trimEnd() + ' {'; flush(); depth++; continue }
    if (rest === '}' && round === 0) { flush(); depth = Math.max(0, depth - 1); line = '}'; flush(); if (depth === 0) out += '\n'; continue }
    line += token
  }
  flush()
  return out.trim() + '\n'
}

/** Shows the documentation: the roots, one type, or what a search finds. */
export function docs(schema, page, trail, search) {
  const element = (tag, text, ...children) => { const e = document.createElement(tag); if (text) e.textContent = text; e.append(...children); return e }
  const link = (name) => { const a = element('a', name); a.href = '#' + name; a.onclick = (event) => { event.preventDefault(); open(name) }; return a }
  const typed = (type) => element('span', '', ...show(type).split(/(\w+)/).map((part) => (schema.types.has(part) ? link(part) : part)))
  const described = (m) => {
    const code = element('code', '', m.name)
    if (m.args?.length) code.append('(', ...m.args.flatMap((a, i) => [i ? ', ' : '', a.name + ': ', typed(a.type), a.defaultValue ? ` = ${a.defaultValue}` : '']), ')')
    if (m.type) code.append(': ', typed(m.type))
    const box = element('div', '', code)
    box.className = 'member'
    if (m.description) box.append(element('p', m.description))
    if (m.isDeprecated) box.append(element('p', '⚠ ' + m.deprecationReason))
    return box
  }
  function open(name) {
    const type = schema.types.get(name)
    if (!type) return home()
    const back = element('a', '←')
    back.href = '#'
    back.onclick = (event) => { event.preventDefault(); home() }
    trail.replaceChildren(back, ' ' + type.kind.toLowerCase().replace('_', ' '))
    page.replaceChildren(element('h2', name), element('p', type.description ?? ''), ...[...(type.fields ?? []), ...(type.inputFields ?? []), ...(type.enumValues ?? [])].map(described))
  }
  function home() {
    trail.replaceChildren()
    page.replaceChildren(...Object.values(schema.roots).filter(Boolean).flatMap((name) => [element('h2', '', link(name)), ...schema.types.get(name).fields.map(described)]))
  }
  search.addEventListener('input', () => {
    const wanted = search.value.toLowerCase()
    if (!wanted) return home()
    trail.replaceChildren()
    const hits = []
    for (const type of schema.types.values()) {
      if (type.name.startsWith('__')) continue
      if (type.name.toLowerCase().includes(wanted)) hits.push(element('h2', '', link(type.name)))
      for (const m of [...(type.fields ?? []), ...(type.inputFields ?? [])]) {
        if (m.name.toLowerCase().includes(wanted)) { const box = described(m); box.prepend(link(type.name), ' '); hits.push(box) }
      }
    }
    page.replaceChildren(...hits.slice(0, 150))
  })
  home()
}
