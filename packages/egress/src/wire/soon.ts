/**
 * There already, or to be waited for. Most requests have to wait for their server only: whatever else is there at once
 * costs no promise and no turn of the queue behind it.
 */
export type Soon<Value> = Value | Promise<Value>;

/** Goes on with a value: now when it is there, else when it comes. */
export function whenThere<Value, Next>(value: Soon<Value>, goOn: (value: Value) => Soon<Next>): Soon<Next> {
  return value instanceof Promise ? value.then(goOn) : goOn(value);
}
