/** The alarms of one thread's objects: found on disk at start, rung at their time, tried again when they fail. */
import type { ObjectHandlers } from "../../../platform/types.ts";
import { AlarmClock } from "./alarm-clock.ts";
import type { LiveObject } from "./live-object.ts";
import { alarmOnDisk, markedNames } from "./markers.ts";

/** An object that breaks at its alarm must not do so all the time. */
const AFTER_BREAKING_MS = 1_000;

/** Hands the work to the object as a message, constructing it when it is not in memory. */
export type DeliverAlarm = (
  binding: string,
  name: string,
  work: (handlers: ObjectHandlers, object: LiveObject) => Promise<void>,
) => void;

interface Address {
  readonly binding: string;
  readonly name: string;
}

const keyOf = ({ binding, name }: Address) => `${binding}/${name}`;
const addressOf = (key: string): Address => {
  const slash = key.indexOf("/");
  return { binding: key.slice(0, slash), name: key.slice(slash + 1) };
};

export class Alarms {
  readonly #folder: string;
  readonly #deliver: DeliverAlarm;
  readonly #clock = new AlarmClock<string>((key) => this.#ring(key));
  /** How often each alarm's handler has failed in a row. */
  readonly #failures = new Map<string, number>();

  constructor(folder: string, deliver: DeliverAlarm) {
    this.#folder = folder;
    this.#deliver = deliver;
  }

  /** Sets the timers of the alarms on disk. To be called once, at start. */
  find(binding: string, isMine: (name: string) => boolean): void {
    for (const name of markedNames(this.#folder, binding)) {
      if (isMine(name)) this.#clock.set(keyOf({ binding, name }), alarmOnDisk(this.#folder, binding, name));
    }
  }

  /** After the commit of a change of the object's alarm. */
  changed(object: LiveObject, at: number | null): void {
    this.#failures.delete(keyOf(object));
    if (!object.alarm.isRunning) this.#clock.set(keyOf(object), at);
  }

  /** The object broke: what is on disk holds. */
  reread(object: LiveObject): void {
    const at = alarmOnDisk(this.#folder, object.binding, object.name);
    this.#clock.set(keyOf(object), at === null ? null : Math.max(at, Date.now() + AFTER_BREAKING_MS));
  }

  stop(): void {
    this.#clock.stop();
  }

  #ring(key: string): void {
    const { binding, name } = addressOf(key);
    this.#deliver(binding, name, (handlers, object) => this.#run(key, handlers, object));
  }

  async #run(key: string, handlers: ObjectHandlers, object: LiveObject): Promise<void> {
    if (object.alarm.isRunning) return;
    if (!object.alarm.begin(Date.now())) {
      this.#clock.set(key, object.alarm.stored()); // gone, or a timer that rang a moment early
      return;
    }
    const retryCount = this.#failures.get(key) ?? 0;
    try {
      await handlers.alarm?.({ isRetry: retryCount > 0, retryCount });
      object.alarm.finish();
      this.#failures.delete(key);
      this.#clock.set(key, object.alarm.stored());
    } catch (error) {
      console.error(`alarm of ${key} failed (attempt ${retryCount + 1})`, error);
      if (!object.isGone) this.#retry(key, object, retryCount);
    }
  }

  #retry(key: string, object: LiveObject, retryCount: number): void {
    const delay = object.alarm.fail(retryCount);
    this.#failures.delete(key);
    if (delay === null) {
      this.#clock.set(key, object.alarm.stored());
      return;
    }
    this.#failures.set(key, retryCount + 1);
    this.#clock.set(key, Date.now() + delay);
  }
}
