namespace Wardkeeper.Lab.Emitters.DataExport;

/// <summary>Kinds of remote operations. Programming guide, chapter 5, ROapdus.</summary>
internal enum OperationKind : ushort
{
    /// <summary>ROIV: invokes.</summary>
    Invoke = 1,

    /// <summary>RORS: result.</summary>
    Result = 2,

    /// <summary>ROER: error.</summary>
    Error = 3,
}

/// <summary>One data message: session header, ROSE header, command. Programming guide, chapter 5.</summary>
/// <param name="Kind">Kind.</param>
/// <param name="InvokeId">Number of the invocation.</param>
/// <param name="Command">Command; of an error its value.</param>
/// <param name="Body">Argument or result.</param>
internal sealed record RemoteOperation(OperationKind Kind, ushort InvokeId, ushort Command, byte[] Body)
{
    /// <summary>CMD_CONFIRMED_EVENT_REPORT.</summary>
    public const ushort EventReport = 1;

    /// <summary>CMD_CONFIRMED_ACTION.</summary>
    public const ushort Action = 7;

    /// <summary>NO_SUCH_OBJECT_CLASS.</summary>
    public const ushort NoSuchClass = 0;

    private const ushort SessionId = 0xE100;
    private const ushort Context = 2;

    /// <summary>The one managed object that everything is addressed to: the monitor's system.</summary>
    private static byte[] Monitor => Wire.Words(Nomenclature.MedicalDeviceSystem, 0, 0);

    /// <summary>Whether a datagram is a data message.</summary>
    public static bool Is(ReadOnlySpan<byte> datagram) => datagram.Length >= 14 && datagram.StartsWith(Wire.Words(SessionId, Context));

    /// <summary>The message as a datagram.</summary>
    public byte[] ToBytes() => [.. Wire.Words(SessionId, Context, (ushort)Kind), .. Wire.Counted([.. Wire.Words(InvokeId, Command), .. Wire.Counted(Body)])];

    /// <summary>Reads a datagram.</summary>
    /// <exception cref="InvalidDataException">It is none, or longer or shorter than it says.</exception>
    public static RemoteOperation Read(ReadOnlyMemory<byte> datagram)
    {
        ExportReader reader = new(datagram);
        if (reader.Word() != SessionId || reader.Word() != Context) throw new InvalidDataException("a datagram is no data message");
        OperationKind kind = (OperationKind)reader.Word();
        ExportReader inner = reader.Counted();
        (ushort invokeId, ushort command) = (inner.Word(), inner.Word());
        byte[] body = inner.Take(inner.Word()).ToArray();
        return inner.Left + reader.Left == 0 ? new(kind, invokeId, command, body) : throw new InvalidDataException("a data message is longer than it says");
    }

    /// <summary>The event by which a monitor says that its system was created, with the system's attributes.</summary>
    /// <param name="ticks">When, relative time.</param>
    /// <param name="attributes">Attributes.</param>
    public static RemoteOperation Created(uint ticks, IReadOnlyCollection<ExportAttribute> attributes) =>
        new(OperationKind.Invoke, 1, EventReport, [.. Monitor, .. Wire.Longs(ticks), .. Wire.Words(Nomenclature.SystemCreated), .. Wire.Counted([.. Monitor, .. Wire.Attributes(attributes)])]);

    /// <summary>The client's confirmation of that event.</summary>
    public RemoteOperation Confirmed()
    {
        ExportReader reader = new(Body);
        reader.Take(6);
        uint ticks = reader.Long();
        return new(OperationKind.Result, InvokeId, Command, [.. Monitor, .. Wire.Longs(ticks), .. Wire.Words(Nomenclature.SystemCreated, 0)]);
    }
}
