using System.Buffers.Binary;
using System.Globalization;

namespace Wardkeeper.DeviceAgent;

/// <summary>
/// The device's clock, held against what it said before: time that goes back would sign measurements twice for one moment and make certificates seem valid that
/// are over. The latest moment is sealed once a minute. A clock that once ran ahead and was put right is accepted when the hub's clock agrees with it.
/// </summary>
internal sealed class DeviceClock(DeviceState state, TimeProvider system)
{
    private const string Record = "clock";
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(2), Interval = TimeSpan.FromMinutes(1);

    private DateTimeOffset latest = state.Store.Read(Record) is [..] bytes && bytes.Length == 8 ? DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(bytes)) : DateTimeOffset.UnixEpoch;

    /// <summary>The time.</summary>
    /// <exception cref="AgentFault">The clock went back by more than two minutes.</exception>
    public DateTimeOffset Now()
    {
        DateTimeOffset now = system.GetUtcNow();
        if (now < latest - Tolerance) throw new AgentFault(Outcome.Clock, string.Create(CultureInfo.InvariantCulture, $"this device's clock says {now:u}, but it was {latest:u} already: set the clock"));
        if (now - latest >= Interval) Keep(now);
        return now;
    }

    /// <summary>The hub said what time it is, over a connection that is trusted: when this device agrees, its clock counts from now on even if it went back.</summary>
    public bool Settle(DateTimeOffset hub)
    {
        DateTimeOffset now = system.GetUtcNow();
        if ((hub - now).Duration() > Tolerance) return false;
        if (now < latest) Keep(now);
        return true;
    }

    private void Keep(DateTimeOffset now)
    {
        latest = now;
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, now.ToUnixTimeMilliseconds());
        state.Store.Write(Record, bytes);
    }
}
