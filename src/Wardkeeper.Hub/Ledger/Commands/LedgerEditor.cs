using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Ledger.Decisions;
using Wardkeeper.Hub.Ledger.Live;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Ledger.Commands;

/// <summary>Checks and carries out what persons ask of the ledger, in memory. Either everything is done or nothing.</summary>
internal sealed class LedgerEditor(LiveLedger ledger)
{
    /// <summary>Most changes at once.</summary>
    public const int MostChanges = 50_000;

    /// <summary>Carries out changes; <paramref name="takeBack"/> undoes them again, and is null when nothing was done.</summary>
    public LedgerResult Apply(Actor who, IReadOnlyList<LedgerChange> changes, string? reason, CaptureTime at, out Action? takeBack)
    {
        List<LedgerProblem> problems = [];
        takeBack = null;
        if (changes.Count is 0 or > MostChanges) return Failed([new LedgerProblem(0, LedgerStatus.Invalid, null, $"{changes.Count} changes were asked for; at least 1 and at most {MostChanges} are possible at once")]);
        string? why = string.IsNullOrWhiteSpace(reason) ? null : reason.Trim();
        long operation = ledger.Numbers.NextEvent;
        List<LiveDevice> about = [];
        Action undo = ledger.Try(() =>
        {
            for (int i = 0; i < changes.Count; i++)
            {
                Step step = new(who, i, why, at, operation, problems);
                if (One(step, changes[i]) is { } device) about.Add(device);
            }
        });
        if (problems.Count > 0)
        {
            undo();
            return Failed(problems);
        }
        takeBack = undo;
        return new LedgerResult(LedgerStatus.Done, operation, [.. about.Select(device => new DeviceRevision(device.Number, device.Revision))], []);
    }

    /// <summary>Undoes an operation whose events are given in order.</summary>
    public LedgerResult Undo(Actor who, IReadOnlyList<LedgerEvent> events, string? reason, CaptureTime at, out Action? takeBack)
    {
        List<LedgerProblem> problems = [];
        takeBack = null;
        long operation = ledger.Numbers.NextEvent;
        Step step = new(who, 0, string.IsNullOrWhiteSpace(reason) ? null : reason.Trim(), at, operation, problems);
        if (!events.Any(one => LedgerUndo.CanUndo(one.Action))) return Failed([new LedgerProblem(0, LedgerStatus.NotFound, null, "there is no such operation, or nothing in it that can be undone")]);
        HashSet<long> about = [];
        LedgerUndo undoing = new(ledger);
        Action undo = ledger.Try(() =>
        {
            for (int i = events.Count - 1; i >= 0; i--)
            {
                if (!LedgerUndo.CanUndo(events[i].Action)) continue;
                undoing.One(step, events[i]);
                about.Add(events[i].Device);
            }
        });
        if (problems.Count > 0)
        {
            undo();
            return Failed(problems);
        }
        takeBack = undo;
        return new LedgerResult(LedgerStatus.Done, operation, [.. about.Order().Select(number => new DeviceRevision(number, ledger.Devices.GetValueOrDefault(number)?.Revision ?? 0))], []);
    }

    private static LedgerResult Failed(List<LedgerProblem> problems) => new(problems[0].Status, 0, [], problems);

    private LiveDevice? One(Step step, LedgerChange change) => change switch
    {
        EditDevice edit => Edit(step, edit),
        AnswerOwnership answer => Answer(step, answer),
        AnswerIdentity answer => Answer(step, answer),
        ChangeLabels labels => Label(step, labels),
        ChangeLifeCycle cycle => Cycle(step, cycle),
        AddDevice add => Add(step, add),
        MergeDevices merge => Merge(step, merge),
        SplitInterface split => Split(step, split),
        AdoptDevice adopt => Adopt(step, adopt),
        _ => step.Fail(LedgerStatus.Invalid, $"{change?.GetType().Name ?? "nothing"} is no change of the ledger"),
    };

    private LiveDevice? Edit(Step step, EditDevice edit)
    {
        if (Editable(step, edit.Device, edit.ExpectedRevision) is not { } device) return null;
        if (edit.Fields.Count == 0) return step.Fail(LedgerStatus.Invalid, "no field was given");
        foreach ((string name, string? value) in edit.Fields) Enter(step, device, name, value);
        return device;
    }

    private void Enter(Step step, LiveDevice device, string name, string? value)
    {
        if (FieldCatalogue.Find(name) is not { } field)
        {
            step.Fail(LedgerStatus.Invalid, $"there is no field {name}; a site's own are named custom.NAME", name);
            return;
        }
        if (field.Kind == FieldKind.Seen)
        {
            step.Fail(LedgerStatus.Invalid, $"{name} is observed, and cannot be entered", name);
            return;
        }
        if (!field.Editors.Overlaps(step.Who.Roles))
        {
            step.Fail(LedgerStatus.Forbidden, $"{name} may be entered by {string.Join(", ", field.Editors.Order())} only", name);
            return;
        }
        PersonValue? before = device.Fields.GetValueOrDefault(name);
        if (value is null)
        {
            if (before is not null) ledger.Set(device, name, null, step.Operation, step.Who.Name, step.At, step.Reason);
            return;
        }
        if (FieldCatalogue.Normalise(field, value, out string? problem) is not { } kept)
        {
            step.Fail(LedgerStatus.Invalid, $"{name} {problem}", name);
            return;
        }
        if (before?.Value == kept) return;
        if (name == "department" && !step.Who.MaySee(kept))
        {
            step.Fail(LedgerStatus.Forbidden, $"{kept} is not one of your departments", name);
            return;
        }
        ledger.Set(device, name, new PersonValue(kept, step.Who.Name, step.At, step.Reason), step.Operation, step.Who.Name, step.At, step.Reason);
    }

    private LiveDevice? Answer(Step step, AnswerOwnership answer)
    {
        if (!step.Who.Is(Role.Viewer, Role.ClinicalEngineer)) return step.Fail(LedgerStatus.Forbidden, "whose a device is, is answered by its department or a clinical engineer");
        string? department = ledger.Find(answer.Device)?.Fields.GetValueOrDefault("department")?.Value;
        if (ledger.Find(answer.Device) is not { } device || !step.Who.MaySee(department)) return step.Fail(LedgerStatus.NotFound, $"there is no device {LiveDevice.NameOf(answer.Device)}");
        if (department is null) return step.Fail(LedgerStatus.Invalid, $"nobody said yet that {device} is a department's", "department");
        PersonValue? value = answer.IsOurs ? new PersonValue(department, step.Who.Name, step.At, step.Reason) : null;
        ledger.Set(device, "department", value, step.Operation, step.Who.Name, step.At, step.Reason);
        return device;
    }

    private LiveDevice? Answer(Step step, AnswerIdentity answer)
    {
        if (ledger.Find(answer.Device) is not { } device) return step.Fail(LedgerStatus.NotFound, $"there is no device {LiveDevice.NameOf(answer.Device)}");
        ledger.Note(step.Operation, device.Number, step.At, step.Who.Name, LedgerActions.Answered, null, null, answer.Answer, step.Reason);
        if (answer.Meaning != Tasks.DeviceQuestion.NotOurs) Say(step, device, "department", answer.Department);
        else if (answer.Department is not null && device.Fields.GetValueOrDefault("department")?.Value == answer.Department) ledger.Set(device, "department", null, step.Operation, step.Who.Name, step.At, step.Reason);
        Say(step, device, "name", answer.Said?.Name);
        Say(step, device, "type", answer.Said?.Type);
        return device;
    }

    /// <summary>Keeps what somebody says whom it is not for to edit, unless another person said something else before.</summary>
    private void Say(Step step, LiveDevice device, string name, string? value)
    {
        if (string.IsNullOrWhiteSpace(value) || FieldCatalogue.Find(name) is not { } field) return;
        if (FieldCatalogue.Normalise(field, value, out string? problem) is not { } kept) step.Fail(LedgerStatus.Invalid, $"{name} {problem}", name);
        else if (device.Fields.GetValueOrDefault(name) is not { } before || before.Value == kept || before.Who == step.Who.Name) ledger.Set(device, name, new PersonValue(kept, step.Who.Name, step.At, step.Reason), step.Operation, step.Who.Name, step.At, step.Reason);
    }

    private LiveDevice? Label(Step step, ChangeLabels change)
    {
        if (Editable(step, change.Device, null) is not { } device) return null;
        string[] before = (device.Fields.GetValueOrDefault("labels")?.Value ?? "").Split(", ", StringSplitOptions.RemoveEmptyEntries);
        string[] after = [.. before.Union(change.Add.Select(label => label.Trim()).Where(label => label.Length > 0), StringComparer.Ordinal).Except(change.Remove.Select(label => label.Trim()), StringComparer.Ordinal)];
        if (!before.SequenceEqual(after, StringComparer.Ordinal)) Enter(step, device, "labels", after.Length == 0 ? null : string.Join(',', after));
        return device;
    }

    private LiveDevice? Cycle(Step step, ChangeLifeCycle cycle)
    {
        if (Editable(step, cycle.Device, cycle.ExpectedRevision) is not { } device || !MayCycle(step, cycle.State)) return null;
        if (step.Reason is null) return step.Fail(LedgerStatus.Invalid, "say why the state of the life cycle changes", "lifeCycle");
        if (device.LifeCycle != cycle.State) ledger.Set(device, cycle.State, step.At, step.Operation, step.Who.Name, step.At, step.Reason);
        return device;
    }

    private LiveDevice? Add(Step step, AddDevice add)
    {
        if (!step.Who.Is(Role.ClinicalEngineer, Role.Administrator)) return step.Fail(LedgerStatus.Forbidden, "devices are added by clinical engineers and administrators");
        if (!FieldCatalogue.LifeCycles.Contains(add.LifeCycle)) return step.Fail(LedgerStatus.Invalid, $"{add.LifeCycle} is none of {string.Join(", ", FieldCatalogue.LifeCycles)}", "lifeCycle");
        if (add.Fields.Values.All(string.IsNullOrWhiteSpace)) return step.Fail(LedgerStatus.Invalid, "a device needs at least one value");
        LiveDevice device = ledger.NewDevice();
        ledger.Register(device, true);
        ledger.Note(step.Operation, device.Number, step.At, step.Who.Name, LedgerActions.Added, null, null, add.LifeCycle, step.Reason);
        (device.LifeCycle, device.LifeCycleAt) = (add.LifeCycle, step.At);
        foreach ((string name, string? value) in add.Fields)
        {
            if (!string.IsNullOrWhiteSpace(value)) Enter(step, device, name, value);
        }
        return device;
    }

    private LiveDevice? Merge(Step step, MergeDevices merge)
    {
        if (Editable(step, merge.Into, null) is not { } into || Editable(step, merge.From, null) is not { } from) return null;
        if (into == from) return step.Fail(LedgerStatus.Invalid, $"{into} and {LiveDevice.NameOf(merge.From)} are one device already");
        if (step.Reason is null) return step.Fail(LedgerStatus.Invalid, "say why the two are one device");
        ledger.Merge(into, from, step.Who.Name, step.At, LedgerActions.Merged, step.Reason, step.Operation);
        return into;
    }

    private LiveDevice? Split(Step step, SplitInterface split)
    {
        if (Editable(step, split.Device, null) is not { } device) return null;
        if (device.Interfaces.Find(one => one.Number == split.Interface) is not { } part) return step.Fail(LedgerStatus.NotFound, $"{device} has no interface {split.Interface}");
        if (device.Interfaces.Count == 1) return step.Fail(LedgerStatus.Invalid, $"{part} is the only interface of {device}; there is nothing to split");
        if (step.Reason is null) return step.Fail(LedgerStatus.Invalid, "say why the interface is another device's");
        LiveDevice own = ledger.NewDevice();
        // What stays is pinned too: the evidence that joined them would join them again from the other side.
        foreach (LiveInterface one in device.Interfaces.ToArray()) ledger.Move(one, one == part ? own : device, true);
        ledger.Register(device, device.IsRegistered);
        ledger.Note(step.Operation, device.Number, step.At, step.Who.Name, LedgerActions.Split, split.Interface.ToString(System.Globalization.CultureInfo.InvariantCulture), part.ToString(), own.ToString(), step.Reason);
        return own;
    }

    private LiveDevice? Adopt(Step step, AdoptDevice adopt)
    {
        if (!step.Who.Is(Role.ClinicalEngineer, Role.Analyst, Role.Administrator)) return step.Fail(LedgerStatus.Forbidden, "devices are adopted by clinical engineers, analysts and administrators");
        if (step.Reason is null) return step.Fail(LedgerStatus.Invalid, "say why the device is adopted");
        if (adopt.Cards.Count == 0) return step.Fail(LedgerStatus.Invalid, "nothing is known of this device by which the live ledger could know it again", code: "nothing-to-adopt");
        LiveInterface[] cards = [.. adopt.Cards.Select(ledger.Known).OfType<LiveInterface>()];
        LiveDevice[] known = [.. cards.Select(one => one.Device).OfType<LiveDevice>().Distinct().OrderBy(one => one.Number)];
        if (known.Length > 1) return step.Fail(LedgerStatus.Conflict, $"its interfaces are those of {string.Join(" and ", known.Select(one => one.ToString()))} in the live ledger; merge them first if they are one device", code: "adopt-several");
        if (known.Length == 1 && adopt.Cards.All(card => ledger.Known(card)?.Facts.Exists(facts => facts.Source == adopt.Source) == true)) return step.Fail(LedgerStatus.Conflict, $"{known[0]} was adopted from {adopt.From} already", code: "adopted-already");
        if (!ledger.HasRoom(adopt.Cards.Sum(card => card.Pairs.Count), known.Length == 0)) return step.Fail(LedgerStatus.Conflict, "the live ledger has no room for another device", code: "no-room-in-ledger");
        LiveDevice device = known.Length == 1 ? known[0] : ledger.NewDevice();
        string? before = device.Interfaces.Count == 0 ? null : string.Join(", ", device.Interfaces);
        foreach (AdoptedCard card in adopt.Cards) ledger.Adopt(device, card, step.Operation, adopt.Source);
        ledger.Register(device, device.IsRegistered);
        ledger.Note(step.Operation, device.Number, step.At, step.Who.Name, LedgerActions.Adopted, null, before, $"{adopt.From}: {string.Join(", ", adopt.Cards.Select(card => card.Mac.IsNone ? card.Ip.ToString() : card.Mac.ToString()))}", step.Reason);
        return device;
    }

    private LiveDevice? Editable(Step step, long number, long? revision)
    {
        if (!step.Who.Is(Role.ClinicalEngineer, Role.Analyst, Role.Administrator)) return step.Fail(LedgerStatus.Forbidden, "devices are edited by clinical engineers, analysts and administrators");
        if (ledger.Find(number) is not { } device || !step.Who.MaySee(device.Fields.GetValueOrDefault("department")?.Value)) return step.Fail(LedgerStatus.NotFound, $"there is no device {LiveDevice.NameOf(number)}");
        if (revision is { } expected && expected != device.Revision) return step.Fail(LedgerStatus.Conflict, $"{device} was changed meanwhile: you saw revision {expected}, it has {device.Revision} now. Look at it again and repeat your change");
        return device;
    }

    private static bool MayCycle(Step step, string state)
    {
        if (!step.Who.Is(Role.ClinicalEngineer)) step.Fail(LedgerStatus.Forbidden, "the life cycle is changed by clinical engineers", "lifeCycle");
        else if (!FieldCatalogue.LifeCycles.Contains(state)) step.Fail(LedgerStatus.Invalid, $"{state} is none of {string.Join(", ", FieldCatalogue.LifeCycles)}", "lifeCycle");
        else return true;
        return false;
    }

    /// <summary>What one change is made with, and where its problems go.</summary>
    internal sealed record Step(Actor Who, int Change, string? Reason, CaptureTime At, long Operation, List<LedgerProblem> Problems)
    {
        public LiveDevice? Fail(LedgerStatus status, string message, string? field = null, string? code = null)
        {
            Problems.Add(new LedgerProblem(Change, status, field, message, code));
            return null;
        }
    }
}
