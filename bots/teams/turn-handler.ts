import { type InvokeResponse, TeamsActivityHandler, type TurnContext } from 'botbuilder'
import { Refused } from './refused.ts'
import type { ActionAnswer } from './show-answer.ts'

/** What an activity asks for, each with what the SDK made of it left aside: our own reading of the body goes with the turn. */
export interface TurnParts {
  message(): Promise<void>
  reaction(): Promise<void>
  /** We were put somewhere, or taken out of it; people come and go. */
  installed(): Promise<void>
  action(): Promise<ActionAnswer>
}

const PARTS = Symbol('parts of the turn')

/** Routes a turn by its kind. What has no part here (an edit, a deletion, somebody typing) does nothing; unknown invokes are 501. */
export class TurnHandler extends TeamsActivityHandler {
  constructor() {
    super()
    this.onMessage(async (context) => partsOf(context).message())
    this.onMessageReaction(async (context) => partsOf(context).reaction())
    this.onConversationUpdate(async (context) => partsOf(context).installed())
    this.onInstallationUpdate(async (context) => partsOf(context).installed())
  }

  within(parts: TurnParts): (context: TurnContext) => Promise<void> {
    return (context) => {
      context.turnState.set(PARTS, parts)
      return this.run(context)
    }
  }

  /** Ours reads the value itself: the SDK's reading throws at shapes that it does not expect. */
  protected override async onInvokeActivity(context: TurnContext): Promise<InvokeResponse> {
    if (context.activity.name !== 'adaptiveCard/action') return { status: 501 }
    return { status: 200, body: await partsOf(context).action() }
  }
}

function partsOf({ turnState }: TurnContext): TurnParts {
  const parts = turnState.get<TurnParts>(PARTS)
  if (parts === undefined) throw new Refused(400, 'a turn that did not come through our receiver')
  return parts
}
