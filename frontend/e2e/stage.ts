import { afterAll, beforeAll } from 'vitest'
import { Seats } from './browser'
import { Installation, type Kind } from './installation'

/** What a journey plays on: a running installation, and a browser before it. */
export interface Stage {
  installation: Installation
  seats: Seats
}

/** Opens one installation for all the journeys of a file, and closes it behind them. */
export function stageOf(kind: Kind): Stage {
  const stage = {} as Stage
  beforeAll(async () => {
    stage.installation = await Installation.open(kind)
    stage.seats = await Seats.open(stage.installation)
  })
  afterAll(async () => {
    await (stage as Partial<Stage>).seats?.close()
    await (stage as Partial<Stage>).installation?.close()
  })
  return stage
}
