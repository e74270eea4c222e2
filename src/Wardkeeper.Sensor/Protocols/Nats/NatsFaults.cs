namespace Wardkeeper.Sensor.Protocols.Nats;

/// <summary>Every way to be wrong.</summary>
internal static class NatsFaults
{
    /// <summary>A line longer than a server takes.</summary>
    public static readonly Fault LineTooLong = new("nats.line-too-long", "NATS client protocol");

    /// <summary>A message whose length is none.</summary>
    public static readonly Fault BadLength = new("nats.bad-length", "NATS client protocol, PUB and MSG");
}
