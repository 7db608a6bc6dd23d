/** One writer, any number of readers; a reader gets what is published after it came. */
export function channel<T>() {
  const readers = new Set<(value: T) => void>()
  return {
    publish: (value: T) => {
      for (const reader of readers) reader(value)
    },
    stream: async function* (): AsyncGenerator<T> {
      const queue: T[] = []
      let wake: (() => void) | undefined
      const reader = (value: T) => {
        queue.push(value)
        wake?.()
      }
      readers.add(reader)
      try {
        for (;;) {
          const next = queue.shift()
          if (next === undefined) await new Promise<void>((resolve) => (wake = resolve))
          else yield next
        }
      } finally {
        readers.delete(reader)
      }
    },
  }
}
