/** Any JSON value as people read it: long or structured ones over several lines, the others in one. */
export function ValueText({ value, className }: { value: unknown; className?: string }) {
  if (typeof value === 'string' && value.includes('\n')) return <pre className={className}>{value}</pre>
  const text = JSON.stringify(value, null, typeof value === 'object' ? 2 : 0) ?? 'null'
  return text.includes('\n') ? <pre className={className}>{text}</pre> : <code className={className}>{text}</code>
}
