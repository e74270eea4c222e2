using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace Wardkeeper.Lab.Actors.Serial;

/// <summary>A client of RFC 2217: telnet (RFC 854) in binary (RFC 856) with the option that sets the serial line's rate and format. It refuses all other options.</summary>
internal sealed class SerialCall(NetworkStream stream)
{
    private const byte Iac = 255, Dont = 254, Do = 253, Wont = 252, Will = 251, SubBegin = 250, SubEnd = 240;
    private const byte Binary = 0, SuppressGoAhead = 3, ComPort = 44;
    private const byte SetBaudRate = 1, SetDataSize = 2, SetParity = 3, SetStopSize = 4, FromServer = 100;
    private const byte NoParity = 1, OneStopBit = 1;
    private readonly List<byte> command = [];
    private readonly HashSet<(byte, byte)> said = [];
    private readonly HashSet<byte> set = [];
    private readonly List<byte> data = [];
    private bool hasComPort;

    /// <summary>How many bytes the machine sent so far.</summary>
    public int Count => data.Count;

    /// <summary>What it sent so far, UTF-8.</summary>
    public string Received => Encoding.UTF8.GetString([.. data]);

    /// <summary>Agrees on the options and sets the line: 8 data bits, no parity, 1 stop bit.</summary>
    /// <exception cref="LabException">The server does not know RFC 2217.</exception>
    public async Task OpenAsync(int baud, CancellationToken cancel)
    {
        foreach ((byte verb, byte option) in ((byte, byte)[])[(Will, ComPort), (Will, Binary), (Do, Binary), (Do, SuppressGoAhead)]) await SayAsync(verb, option, cancel);
        while (!hasComPort) await ReadAsync(cancel);
        byte[] rate = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(rate, baud);
        (byte Command, byte[] Value)[] settings = [(SetBaudRate, rate), (SetDataSize, [8]), (SetParity, [NoParity]), (SetStopSize, [OneStopBit])];
        foreach ((byte number, byte[] value) in settings) await stream.WriteAsync((byte[])[Iac, SubBegin, ComPort, number, .. Escaped(value), Iac, SubEnd], cancel);
        while (!settings.All(setting => set.Contains((byte)(setting.Command + FromServer)))) await ReadAsync(cancel);
    }

    /// <summary>Sends bytes to the machine.</summary>
    public async Task SendAsync(byte[] bytes, CancellationToken cancel) => await stream.WriteAsync(Escaped(bytes), cancel);

    /// <summary>Reads what comes next.</summary>
    /// <exception cref="LabException">The server hung up.</exception>
    public async Task ReadAsync(CancellationToken cancel)
    {
        byte[] buffer = new byte[4096];
        int read = await stream.ReadAsync(buffer, cancel);
        if (read == 0) throw new LabException($"the serial server hung up after '{Received}'");
        foreach (byte one in buffer.AsMemory(0, read).ToArray()) await TakeAsync(one, cancel);
    }

    private async Task TakeAsync(byte one, CancellationToken cancel)
    {
        if (command.Count == 0 && one != Iac)
        {
            data.Add(one);
            return;
        }
        command.Add(one);
        switch (command)
        {
            case [Iac, Iac]:
                data.Add(Iac);
                break;
            case [Iac, SubBegin, ..]:
                // A doubled FF within it is a value, not its end.
                if (command is not [.., Iac, SubEnd] || command.AsEnumerable().Reverse().Skip(1).TakeWhile(value => value == Iac).Count() % 2 == 0) return;
                if (command is [_, _, ComPort, byte answered, ..]) set.Add(answered);
                break;
            case [Iac, Will or Wont or Do or Dont]:
                return;
            case [Iac, byte verb, byte option]:
                await AnswerAsync(verb, option, cancel);
                break;
            case [Iac]:
                return;
        }
        command.Clear();
    }

    private async Task AnswerAsync(byte verb, byte option, CancellationToken cancel)
    {
        if (option == ComPort && verb == Dont) throw new LabException("the serial server does not know RFC 2217");
        hasComPort |= option == ComPort && verb == Do;
        switch (verb)
        {
            case Do:
                await SayAsync(option is ComPort or Binary or SuppressGoAhead ? Will : Wont, option, cancel);
                break;
            case Will:
                await SayAsync(option is Binary or SuppressGoAhead ? Do : Dont, option, cancel);
                break;
        }
    }

    /// <summary>Says something about an option, but only once: an answer to an answer would have no end (RFC 854).</summary>
    private async Task SayAsync(byte verb, byte option, CancellationToken cancel)
    {
        if (said.Add((verb, option))) await stream.WriteAsync((byte[])[Iac, verb, option], cancel);
    }

    private static byte[] Escaped(byte[] bytes) => [.. bytes.SelectMany(one => one == Iac ? (byte[])[Iac, Iac] : [one])];
}
