using System.Globalization;
using Wardkeeper.Hub.Identification;
using Wardkeeper.Hub.Ledger.Decisions;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Ledger.Live;

/// <content>The steps that edits are made of. While an edit is tried, each step is remembered so that it can be taken back.</content>
internal sealed partial class LiveLedger
{
    private Stack<Action>? trial;

    /// <summary>Does something, and gives what takes it back. What changed stands in <see cref="Changes"/> beside what batches changed.</summary>
    public Action Try(Action steps)
    {
        Stack<Action> undo = trial = new Stack<Action>();
        try
        {
            steps();
        }
        catch
        {
            TakeBack();
            throw;
        }
        finally
        {
            trial = null;
        }
        return TakeBack;

        void TakeBack()
        {
            while (undo.TryPop(out Action? step)) step();
        }
    }

    public LiveDevice NewDevice()
    {
        LiveDevice device = new(Numbers.NextDevice++);
        devices[device.Number] = device;
        Changes.Devices.Add(device);
        trial?.Push(() =>
        {
            Numbers.NextDevice--;
            devices.Remove(device.Number);
            Changes.Devices.Remove(device);
        });
        return device;
    }

    /// <summary>The device that a number stands for now.</summary>
    public LiveDevice? Find(long number)
    {
        LiveDevice? device = devices.GetValueOrDefault(number);
        while (device is { MergedInto: not 0 }) device = devices.GetValueOrDefault(device.MergedInto);
        return device;
    }

    public void Set(LiveDevice device, string field, PersonValue? value, long operation, string who, CaptureTime at, string? reason, string action = LedgerActions.Edited)
    {
        PersonValue? before = device.Fields.GetValueOrDefault(field);
        Put(device, field, value);
        trial?.Push(() => Put(device, field, before));
        Revise(device);
        Note(operation, device.Number, at, who, action, field, before?.Value, value?.Value, reason);
    }

    public void Set(LiveDevice device, string lifeCycle, CaptureTime since, long operation, string who, CaptureTime at, string? reason, string action = LedgerActions.LifeCycle)
    {
        (string state, CaptureTime time) = (device.LifeCycle, device.LifeCycleAt);
        (device.LifeCycle, device.LifeCycleAt) = (lifeCycle, since);
        trial?.Push(() => (device.LifeCycle, device.LifeCycleAt) = (state, time));
        Revise(device);
        Note(operation, device.Number, at, who, action, null, state, lifeCycle, reason);
    }

    public void Register(LiveDevice device, bool isRegistered)
    {
        bool before = device.IsRegistered;
        device.IsRegistered = isRegistered;
        trial?.Push(() => device.IsRegistered = before);
        Revise(device);
    }

    public void Note(long operation, long device, CaptureTime at, string? who, string action, string? field, string? before, string? after, string? reason)
    {
        Tell(operation, device, at, who, action, field, before, after, reason);
        trial?.Push(() =>
        {
            Changes.Events.RemoveAt(Changes.Events.Count - 1);
            Numbers.NextEvent--;
        });
    }

    /// <summary>Makes one device of two. The event at the second says which interfaces went over, so that they can go back.</summary>
    public void Merge(LiveDevice into, LiveDevice from, string? who, CaptureTime at, string action, string? reason, long operation)
    {
        LiveInterface[] moved = [.. from.Interfaces.OrderBy(one => one.Number)];
        foreach (LiveInterface one in moved) Move(one, into, who is not null || one.IsPinned);
        SetMerged(from, into.Number);
        string numbers = string.Join(',', moved.Select(one => one.Number.ToString(CultureInfo.InvariantCulture)));
        Note(operation, from.Number, at, who, action, null, numbers, into.ToString(), reason);
        Note(operation, into.Number, at, who, action, null, null, from.ToString(), reason);
        foreach ((string field, PersonValue value) in from.Fields)
        {
            if (into.Fields.ContainsKey(field)) continue;
            Put(into, field, value);
            trial?.Push(() => Put(into, field, null));
            Note(operation, into.Number, at, who, LedgerActions.Edited, field, null, value.Value, $"from {from}");
        }
        Revise(into);
        Revise(from);
    }

    public void SetMerged(LiveDevice device, long into)
    {
        long before = device.MergedInto;
        device.MergedInto = into;
        trial?.Push(() => device.MergedInto = before);
        Revise(device);
    }

    public void Move(LiveInterface one, LiveDevice to, bool isPinned)
    {
        (LiveDevice? before, bool pinned) = (one.Device, one.IsPinned);
        Attach(one, to, isPinned);
        trial?.Push(() => Attach(one, before!, pinned));
    }

    private void Attach(LiveInterface one, LiveDevice to, bool isPinned)
    {
        if (one.Device is { } from)
        {
            from.Interfaces.Remove(one);
            Changes.Devices.Add(from);
        }
        one.Device = to;
        one.IsPinned = isPinned;
        to.Interfaces.Add(one);
        to.Interfaces.Sort(static (left, right) => left.Number.CompareTo(right.Number));
        Touch(one);
    }

    private void Put(LiveDevice device, string field, PersonValue? value)
    {
        if (value is null) device.Fields.Remove(field);
        else device.Fields[field] = value;
        if (field == LiveDevice.RegisteredMac) Await(device);
        Changes.Devices.Add(device);
        if (AlikeValue.Fields.Contains(field)) Changes.Devices.UnionWith(Prints.Like(device));
    }

    private void Revise(LiveDevice device)
    {
        device.Revision++;
        Changes.Devices.Add(device);
        trial?.Push(() => device.Revision--);
    }
}
