namespace Wardkeeper.Sensor.Protocols.Telnet;

/// <summary>Takes what one side sends apart into data, negotiations and subnegotiations, wherever the bytes are cut. RFC 854, RFC 855.</summary>
internal sealed class TelnetSide
{
    private const byte SubnegotiationEnd = 240, Subnegotiation = 250, Will = 251, Dont = 254, Iac = 255;
    private const int Longest = 512;

    private readonly byte[] held = new byte[Longest];
    private State state;
    private byte command;
    private int count;

    private enum State : byte
    {
        Data,
        Command,
        Option,
        Sub,
        SubCommand,
    }

    /// <summary>What came.</summary>
    public enum Part : byte
    {
        /// <summary>Nothing more.</summary>
        None,

        /// <summary>Data.</summary>
        Data,

        /// <summary>WILL, WONT, DO or DONT with an option.</summary>
        Negotiation,

        /// <summary>A subnegotiation; its first byte is the option.</summary>
        Subnegotiation,
    }

    /// <summary>WILL 251, WONT 252, DO 253, DONT 254.</summary>
    public byte Command => command;

    /// <summary>Option that is negotiated.</summary>
    public byte Option { get; private set; }

    /// <summary>A subnegotiation without its frame.</summary>
    public ReadOnlySpan<byte> Content => held.AsSpan(0, count);

    /// <summary>What was wrong since it was asked last.</summary>
    public Fault? Fault { get; private set; }

    /// <summary>Takes the next part from the beginning of the bytes, which then begin behind it.</summary>
    public Part Next(ref ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> data)
    {
        data = default;
        Fault = null;
        while (!bytes.IsEmpty)
        {
            if (state == State.Data && bytes[0] != Iac)
            {
                int end = bytes.IndexOf(Iac);
                data = end < 0 ? bytes : bytes[..end];
                bytes = bytes[data.Length..];
                return Part.Data;
            }
            byte one = bytes[0];
            ReadOnlySpan<byte> here = bytes[..1];
            bytes = bytes[1..];
            switch (state)
            {
                case State.Data:
                    state = State.Command;
                    break;
                case State.Command when one == Iac:
                    // Doubled, it is data.
                    state = State.Data;
                    data = here;
                    return Part.Data;
                case State.Command:
                    command = one;
                    count = 0;
                    state = one is >= Will and <= Dont ? State.Option : one == Subnegotiation ? State.Sub : State.Data;
                    if (one < 236) Fault = TelnetFaults.UnknownCommand;
                    break;
                case State.Option:
                    (Option, state) = (one, State.Data);
                    return Part.Negotiation;
                case State.Sub when one == Iac:
                    state = State.SubCommand;
                    break;
                case State.Sub:
                    Hold(one);
                    break;
                default:
                    if (one == Iac)
                    {
                        Hold(one);
                        state = State.Sub;
                        break;
                    }
                    state = State.Data;
                    if (one == SubnegotiationEnd && count > 0) return Part.Subnegotiation;
                    break;
            }
        }
        return Part.None;
    }

    /// <summary>Bytes were lost, or another stream begins.</summary>
    public void Reset() => (state, command, count, Fault) = (State.Data, 0, 0, null);

    private void Hold(byte one)
    {
        if (count < Longest) held[count++] = one;
        else if (count == Longest) Fault = TelnetFaults.SubnegotiationTooLong;
    }
}
