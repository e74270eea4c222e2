using System.Globalization;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Ledger.Decisions;
using Wardkeeper.Hub.Ledger.Live;

namespace Wardkeeper.Hub.Ledger.Commands;

/// <summary>Takes back single events of an operation, latest first. What changed since is never overwritten.</summary>
internal sealed class LedgerUndo(LiveLedger ledger)
{
    /// <summary>Whether an event of this kind can be taken back.</summary>
    public static bool CanUndo(string action) =>
        action is LedgerActions.Edited or LedgerActions.LifeCycle or LedgerActions.Added or LedgerActions.Merged or LedgerActions.Joined or LedgerActions.CardReplaced or LedgerActions.Split or LedgerActions.Adopted;

    public void One(LedgerEditor.Step step, LedgerEvent done)
    {
        if (!step.Who.Is(Role.ClinicalEngineer, Role.Analyst, Role.Administrator))
        {
            step.Fail(LedgerStatus.Forbidden, "devices are edited by clinical engineers, analysts and administrators");
            return;
        }
        if (ledger.Devices.GetValueOrDefault(done.Device) is not { } device || !step.Who.MaySee(device.Fields.GetValueOrDefault("department")?.Value))
        {
            step.Fail(LedgerStatus.NotFound, $"there is no device {LiveDevice.NameOf(done.Device)}");
            return;
        }
        switch (done.Action)
        {
            case LedgerActions.Edited:
                Edited(step, device, done);
                break;
            case LedgerActions.LifeCycle:
                LifeCycle(step, device, done);
                break;
            case LedgerActions.Added:
                Added(step, device);
                break;
            case LedgerActions.Split:
                Split(step, device, done);
                break;
            case LedgerActions.Adopted:
                Adopted(step, device, done);
                break;
            default:
                Merged(step, device, done);
                break;
        }
    }

    private void Edited(LedgerEditor.Step step, LiveDevice device, LedgerEvent done)
    {
        if (FieldCatalogue.Find(done.Field!) is not { } field || !field.Editors.Overlaps(step.Who.Roles))
        {
            step.Fail(LedgerStatus.Forbidden, $"{done.Field} is not yours to edit", done.Field);
            return;
        }
        if (device.Fields.GetValueOrDefault(done.Field!)?.Value != done.After)
        {
            step.Fail(LedgerStatus.Conflict, $"{done.Field} of {device} was changed since; it is \"{device.Fields.GetValueOrDefault(done.Field!)?.Value}\" now", done.Field);
            return;
        }
        PersonValue? before = done.Before is null ? null : new PersonValue(done.Before, step.Who.Name, step.At, step.Reason);
        ledger.Set(device, done.Field!, before, step.Operation, step.Who.Name, step.At, step.Reason, LedgerActions.Undone);
    }

    private void LifeCycle(LedgerEditor.Step step, LiveDevice device, LedgerEvent done)
    {
        if (!step.Who.Is(Role.ClinicalEngineer)) step.Fail(LedgerStatus.Forbidden, "the life cycle is changed by clinical engineers", "lifeCycle");
        else if (device.LifeCycle != done.After || done.Before is null) step.Fail(LedgerStatus.Conflict, $"the life cycle of {device} was changed since; it is {device.LifeCycle} now", "lifeCycle");
        else ledger.Set(device, done.Before, step.At, step.Operation, step.Who.Name, step.At, step.Reason, LedgerActions.Undone);
    }

    private void Added(LedgerEditor.Step step, LiveDevice device)
    {
        // One that was heard since stays as what was heard of it.
        if (device.MergedInto != 0 || device.Fields.Count > 0)
        {
            step.Fail(LedgerStatus.Conflict, $"{device} has got more since it was added: {(device.MergedInto != 0 ? "it was merged" : "values")}");
            return;
        }
        ledger.Register(device, false);
        ledger.Note(step.Operation, device.Number, step.At, step.Who.Name, LedgerActions.Undone, null, LedgerActions.Added, null, step.Reason);
    }

    private void Split(LedgerEditor.Step step, LiveDevice device, LedgerEvent done)
    {
        long part = long.Parse(done.Field!, CultureInfo.InvariantCulture);
        if (NumberOf(done.After) is not { } number || ledger.Devices.GetValueOrDefault(number) is not { MergedInto: 0 } own || own.Interfaces.Count != 1 || own.Interfaces[0].Number != part || own.Fields.Count > 0 || device.MergedInto != 0)
        {
            step.Fail(LedgerStatus.Conflict, $"{done.After} or {device} was changed since the split; merge them instead");
            return;
        }
        ledger.Move(own.Interfaces[0], device, true);
        ledger.SetMerged(own, device.Number);
        ledger.Register(device, device.IsRegistered);
        ledger.Note(step.Operation, device.Number, step.At, step.Who.Name, LedgerActions.Undone, null, LedgerActions.Split, own.ToString(), step.Reason);
    }

    /// <summary>
    /// What was taken over goes, and with it the interfaces that nobody has seen here. One that came with it and was seen since is a device
    /// of its own, unless the device is nothing else.
    /// </summary>
    private void Adopted(LedgerEditor.Step step, LiveDevice device, LedgerEvent done)
    {
        IReadOnlyList<Facts> taken = ledger.AdoptedBy(done.Operation);
        if (taken.Count == 0 || device.MergedInto != 0)
        {
            step.Fail(LedgerStatus.Conflict, taken.Count == 0 ? $"nothing of what {device} took over is left" : $"{device} was merged into {LiveDevice.NameOf(device.MergedInto)} since; undo that first");
            return;
        }
        string[] before = (done.Before ?? "").Split(", ", StringSplitOptions.RemoveEmptyEntries);
        LiveInterface[] came = [.. taken.Select(ledger.InterfaceOf).OfType<LiveInterface>().Distinct().Where(one => one.Device == device && !before.Contains(one.ToString())).OrderBy(one => one.Number)];
        bool wasThere = device.Interfaces.Exists(one => before.Contains(one.ToString()));
        List<LiveDevice> own = [];
        ledger.Release(done.Operation);
        foreach (LiveInterface one in came)
        {
            if (one.Facts.Count == 0)
            {
                ledger.Discard(one);
            }
            else if (wasThere)
            {
                own.Add(ledger.NewDevice());
                ledger.Move(one, own[^1], one.IsPinned);
            }
        }
        ledger.Register(device, device.IsRegistered);
        ledger.Note(step.Operation, device.Number, step.At, step.Who.Name, LedgerActions.Undone, null, LedgerActions.Adopted, own.Count == 0 ? null : string.Join(", ", own), step.Reason);
    }

    /// <summary>A merge has an event at both devices; the one that was merged away says what moved.</summary>
    private void Merged(LedgerEditor.Step step, LiveDevice device, LedgerEvent done)
    {
        if (done.Before is null || NumberOf(done.After) is not { } number || device.MergedInto != number)
        {
            if (done.Before is not null) step.Fail(LedgerStatus.Conflict, $"{device} is no longer merged into {done.After}");
            return;
        }
        long[] moved = [.. done.Before.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(text => long.Parse(text, CultureInfo.InvariantCulture))];
        LiveDevice into = ledger.Devices[number];
        LiveInterface[] back = [.. into.Interfaces.Where(one => moved.Contains(one.Number))];
        if (back.Length != moved.Length || into.MergedInto != 0)
        {
            step.Fail(LedgerStatus.Conflict, $"interfaces of {into} were moved since; split them one by one instead");
            return;
        }
        ledger.SetMerged(device, 0);
        // Both sides are pinned: the evidence that joined them would join them again.
        foreach (LiveInterface one in into.Interfaces.ToArray()) ledger.Move(one, back.Contains(one) ? device : into, true);
        ledger.Register(into, into.IsRegistered);
        ledger.Note(step.Operation, device.Number, step.At, step.Who.Name, LedgerActions.Undone, null, done.Action, into.ToString(), step.Reason);
    }

    private static long? NumberOf(string? name) => name is not null && name.StartsWith("D-", StringComparison.Ordinal) && long.TryParse(name.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null;
}
