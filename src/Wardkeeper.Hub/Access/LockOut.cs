using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Access;

/// <summary>
/// Counts failures by user name and by address, and locks with a time that doubles. An attempt is counted before its password
/// is looked at and taken back when it was right, so a hundred attempts at once are not a hundred guesses. Names nobody has
/// are counted like others: a lock tells nothing about who exists.
/// </summary>
internal sealed class LockOut(AccessOptions options)
{
    /// <summary>Counts an attempt; answers until when it must wait, or null when it may go on.</summary>
    public async Task<CaptureTime?> AttemptAsync(IAccessChange change, string name, Origin from, CaptureTime now)
    {
        string user = UserKey(name), address = AddressKey(from);
        Failures byUser = Forget(await change.FailuresAsync(user), now), byAddress = Forget(await change.FailuresAsync(address), now);
        CaptureTime until = byUser.LockedUntil.CompareTo(byAddress.LockedUntil) > 0 ? byUser.LockedUntil : byAddress.LockedUntil;
        if (until > now) return until;
        await change.SaveFailuresAsync(user, Count(byUser, options.UserFailures, now));
        await change.SaveFailuresAsync(address, Count(byAddress, options.AddressFailures, now));
        return null;
    }

    /// <summary>Takes an attempt back that was right: the person starts anew, the address loses this one only.</summary>
    public static async Task SucceedAsync(IAccessChange change, string name, Origin from)
    {
        await change.SaveFailuresAsync(UserKey(name), default);
        Failures byAddress = await change.FailuresAsync(AddressKey(from));
        await change.SaveFailuresAsync(AddressKey(from), byAddress with { Count = Math.Max(0, byAddress.Count - 1), LockedUntil = default });
    }

    /// <summary>Forgets the failures of a person.</summary>
    public static Task ForgetAsync(IAccessChange change, string name) => change.SaveFailuresAsync(UserKey(name), default);

    private static string UserKey(string name) => "user:" + name;

    private static string AddressKey(Origin from) => "address:" + from.Key;

    // A failure after now: the clock was set back, and a lock must not last until it is there again. What was counted stays.
    private Failures Forget(Failures failures, CaptureTime now) => failures.Last > now ? failures with { Last = now, LockedUntil = default } : failures.Last.Plus(options.ForgetFailures) < now && failures.LockedUntil < now ? default : failures;

    private Failures Count(Failures before, int free, CaptureTime now)
    {
        int count = before.Count + 1, over = count - free;
        if (over < 0) return new(count, now, default);
        double seconds = Math.Min(options.LongestLock.TotalSeconds, options.FirstLock.TotalSeconds * Math.Pow(2, Math.Min(over, 30)));
        return new(count, now, now.Plus(TimeSpan.FromSeconds(seconds)));
    }
}
