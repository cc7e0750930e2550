/** Frames: the function, the label where it resumes, who waits for its result, and the slots that are live there. */
import { CorruptState, InternalError } from '../../errors.ts';
import type { FrameShadow, Meta } from '../../heap/meta.ts';
import { asyncGeneratorOf } from '../../machine/async-generator.ts';
import { type Frame, type MachineCode, setSlot, slotIn } from '../../machine/frame.ts';
import type { Json, Props } from '../format.ts';
import { propertiesOf, text } from '../parts.ts';
import type { RecordWriter } from '../records.ts';
import type { ObjectKind } from './kind.ts';

export const frameKind: ObjectKind<Frame> = {
  kind: 'frame',
  fields: ['frame'],
  needs: ['up'],

  write(writer, frame) {
    const label = labelOf(frame);
    const slots: Props = {};
    for (const slot of label.live) slots[slot] = writeSlot(writer, slot, slotIn(frame, slot));
    const record: Props = { frame: frame.$k.id, at: label.name };
    if (frame.$up !== undefined) record.up = writer.continuation(frame.$up);
    record.slots = slots;
    return record;
  },

  make(decoder, record, path) {
    const id = text(record.frame, `${path}.frame`);
    const code = decoder.definitions.code(id);
    if (code?.kind !== 'machine') throw new CorruptState(`${path}.frame`, `this program has no suspendable function ${id}`);
    const machine = code as MachineCode;
    const label = machine.labels.findIndex((l) => l.name === record.at);
    if (label === -1) throw new CorruptState(`${path}.at`, `${id} has no label ${JSON.stringify(record.at)}`);
    const frame = machine.frame(undefined, undefined, undefined);
    frame.$pc = label + 1;
    return frame;
  },

  fill(decoder, frame, record, path) {
    if ('up' in record) frame.$up = decoder.up(record.up, `${path}.up`);
    checkUp(frame, `${path}.up`);
    const label = frame.$k.labels[frame.$pc - 1]!;
    const slots = record.slots ?? {};
    const values = new Map(propertiesOf(slots, `${path}.slots`));
    const written: Record<string, unknown> = {};
    for (const slot of label.live) {
      if (!values.has(slot)) throw new CorruptState(`${path}.slots`, `${slot} is missing`);
      const at = `${path}.slots.${slot}`;
      const json = values.get(slot);
      const value = isEnvSlot(slot) ? decoder.env(json, at) : decoder.value(json, at);
      setSlot(frame, slot, value);
      written[slot] = value;
    }
    if (frame.$m) frame.$m.shadow = { at: label.name, slots: written };
  },
};

/** A generator's frame has nobody above it, an async generator's the generator, any other a frame or a promise. */
function checkUp(frame: Frame, path: string): void {
  const { $k, $up } = frame;
  const fits = $k.starts === 'generate' ? $up === undefined : $up !== undefined && ($k.starts === 'generateAsync') === (asyncGeneratorOf($up) !== undefined);
  if (!fits) throw new CorruptState(path, `this is not who gets the result of ${$k.id}`);
}

/** A frame has no barriers per slot: what differs from what was written last is the edit; null: nothing does. */
export function editFrame(writer: RecordWriter, meta: Meta): Props | null {
  const frame = meta.owner as Frame;
  const label = labelOf(frame);
  if (!meta.shadow) throw new InternalError(`a frame of ${frame.$k.id} has changed that was never written`);
  const { at, slots: before } = meta.shadow;
  const shadow = shadowOf(frame);
  const slots: Props = {};
  let isSet = false;
  for (const slot of label.live) {
    const value = shadow.slots[slot];
    if (Object.hasOwn(before, slot) && Object.is(before[slot], value)) continue;
    slots[slot] = writeSlot(writer, slot, value);
    isSet = true;
  }
  let del: string[] | null = null;
  for (const slot in before) if (!Object.hasOwn(shadow.slots, slot)) (del ??= []).push(slot);
  const edit: Props = {};
  if (label.name !== at) edit.at = label.name;
  meta.shadow = shadow;
  if (del) edit.del = del;
  if (isSet) edit.slots = slots;
  return isSet || del !== null || label.name !== at ? edit : null;
}

/** Where it resumes, and the live slots, as they are now. */
export function shadowOf(frame: Frame): FrameShadow {
  const { name, live } = labelOf(frame);
  const slots: Record<string, unknown> = {};
  for (const slot of live) slots[slot] = slotIn(frame, slot);
  return { at: name, slots };
}

function labelOf(frame: Frame): { name: string; live: readonly string[] } {
  const label = frame.$k.labels[frame.$pc - 1];
  if (!label) throw new InternalError(`a frame of ${frame.$k.id} is stored where it cannot resume (${frame.$pc})`);
  return label;
}

/** Slots that begin with `$env` or are `$outer` hold Envs; a variable of that name has one more `$`. */
export const isEnvSlot = (name: string): boolean => name === '$outer' || name === '$env' || name.startsWith('$env#');

const writeSlot = (writer: RecordWriter, name: string, value: unknown): Json =>
  isEnvSlot(name) ? writer.env(value as Parameters<RecordWriter['env']>[0]) : writer.value(value);
