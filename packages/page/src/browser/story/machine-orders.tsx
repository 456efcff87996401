import type { MachineStatus } from '@woodpeckers/autoscaler-observer'
import type { VNode } from 'preact'
import { OrderButton } from '../parts/order-button.tsx'

/** What can be asked for a machine, or taken back. */
export function MachineOrders({ machine: { name, order } }: { readonly machine: MachineStatus }): VNode {
  const about = name.slice(0, 60)
  return (
    <p class="machine-orders">
      {order ? (
        <OrderButton
          order={{ verb: order, subject: name, isTakenBack: true }}
          word={takeBack[order]}
          about={about}
        />
      ) : (
        <>
          <OrderButton
            order={{ verb: 'protect', subject: name, isTakenBack: false }}
            word="Protect"
            about={about}
          />
          <OrderButton
            order={{ verb: 'drain', subject: name, isTakenBack: false }}
            word="Drain"
            about={about}
            question="It ends once its work is done."
          />
          <OrderButton
            order={{ verb: 'replace', subject: name, isTakenBack: false }}
            word="Replace"
            about={about}
            question="It ends once its work is done; another is made first where it is needed."
          />
        </>
      )}
    </p>
  )
}

const takeBack: Readonly<Record<NonNullable<MachineStatus['order']>, string>> = {
  drain: 'Do not drain',
  replace: 'Do not replace',
  protect: 'Protect no more',
}
