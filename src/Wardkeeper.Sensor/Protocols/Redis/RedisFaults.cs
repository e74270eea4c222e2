namespace Wardkeeper.Sensor.Protocols.Redis;

/// <summary>Every way to be wrong.</summary>
internal static class RedisFaults
{
    /// <summary>A line that begins no value.</summary>
    public static readonly Fault NoValue = new("redis.no-value", "RESP2, Redis serialization protocol");

    /// <summary>A line, number or nesting beyond what the server itself takes.</summary>
    public static readonly Fault BeyondLimits = new("redis.beyond-limits", "RESP2, Redis serialization protocol");
}
