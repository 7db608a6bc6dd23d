import { anybody } from './journeys/anybody'
import { connection } from './journeys/connection'
import { everyOverlay } from './journeys/everyOverlay'
import { everyPage } from './journeys/everyPage'
import { everyPerson } from './journeys/everyPerson'
import { longLog } from './journeys/longLog'
import { mistakes } from './journeys/mistakes'
import { newcomer } from './journeys/newcomer'
import { queue } from './journeys/queue'
import { operator } from './journeys/operator'
import { secrets } from './journeys/secrets'
import { tools } from './journeys/tools'
import { stageOf } from './stage'

const stage = stageOf('embedded')

newcomer(stage)
secrets(stage)
longLog(stage)
mistakes(stage)
anybody(stage)
queue(stage)
everyPage(stage)
everyOverlay(stage)
everyPerson(stage)
operator(stage)
tools(stage)
connection(stage)
