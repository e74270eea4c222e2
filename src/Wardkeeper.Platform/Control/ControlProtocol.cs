using System.Buffers;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Wardkeeper.Platform.Control;

/// <summary>
/// What passes through the control socket: one request and then answers, each one line of JSON. Lines are bounded and so is the
/// time to send one, so that nobody can hold the owner up.
/// </summary>
internal static class ControlProtocol
{
    /// <summary>Version that both sides must speak.</summary>
    public const int Version = 1;

    /// <summary>Longest line, in bytes.</summary>
    public const int LongestLine = 64 << 10;

    /// <summary>How long a request may take to arrive.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        MaxDepth = 8,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>Sends one message.</summary>
    public static async Task SendAsync<T>(Socket socket, T message, CancellationToken cancel)
    {
        byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(message, Json), (byte)'\n'];
        if (line.Length > LongestLine) throw new InvalidDataException($"A message of {line.Length} bytes is longer than the limit of {LongestLine}.");
        for (int sent = 0; sent < line.Length;) sent += await socket.SendAsync(line.AsMemory(sent), SocketFlags.None, cancel);
    }

    /// <summary>Reads a message from a line.</summary>
    /// <exception cref="InvalidDataException">The line is none of ours.</exception>
    public static T Parse<T>(ReadOnlySpan<byte> line)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(line, Json) ?? throw new InvalidDataException("An empty message.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException("A line that is no message: " + e.Message, e);
        }
    }
}

/// <summary>Takes lines from a socket.</summary>
internal sealed class LineReader(Socket socket)
{
    private readonly ArrayBufferWriter<byte> pending = new(1024);
    private int taken;

    /// <summary>The next line without its end; null when the other side closed.</summary>
    /// <exception cref="InvalidDataException">A line is too long.</exception>
    public async Task<byte[]?> ReadAsync(CancellationToken cancel)
    {
        while (true)
        {
            int end = pending.WrittenSpan[taken..].IndexOf((byte)'\n');
            if (end >= 0)
            {
                byte[] line = pending.WrittenSpan.Slice(taken, end).ToArray();
                taken += end + 1;
                return line;
            }
            if (pending.WrittenCount - taken > ControlProtocol.LongestLine) throw new InvalidDataException($"A line is longer than {ControlProtocol.LongestLine} bytes.");
            if (taken > 0)
            {
                byte[] rest = pending.WrittenSpan[taken..].ToArray();
                pending.Clear();
                pending.Write(rest);
                taken = 0;
            }
            int read = await socket.ReceiveAsync(pending.GetMemory(4096), SocketFlags.None, cancel);
            if (read == 0) return null;
            pending.Advance(read);
        }
    }
}

/// <summary>What is asked of the owner of the data folder.</summary>
internal sealed record ControlRequest
{
    /// <summary>Protocol version of the asking program.</summary>
    public int Version { get; init; } = ControlProtocol.Version;

    /// <summary>Name of the command: <c>status</c>, <c>user-add</c> …</summary>
    public required string Command { get; init; }

    /// <summary>What it is given, by name.</summary>
    public IReadOnlyDictionary<string, string> Arguments { get; init; } = new Dictionary<string, string>();

    /// <summary>Who asks, as the process that received the request found out; never taken from the wire.</summary>
    [JsonIgnore]
    public string Person { get; init; } = "";

    /// <summary>An argument, or null.</summary>
    public string? this[string name] => Arguments.TryGetValue(name, out string? value) ? value : null;

    /// <summary>An argument that must be there.</summary>
    /// <exception cref="UserError">It is missing.</exception>
    public string Required(string name) => this[name] ?? throw new UserError($"The command {Command} needs '{name}'.");
}

/// <summary>One line of an answer: progress, then either the end or what is wrong.</summary>
internal sealed record ControlAnswer
{
    /// <summary>A line for the person who waits; null in the last answer.</summary>
    public string? Progress { get; init; }

    /// <summary>Whether this is the last answer.</summary>
    public bool IsDone { get; init; }

    /// <summary>Lines of the result, for people.</summary>
    public IReadOnlyList<string>? Lines { get; init; }

    /// <summary>The result for programs.</summary>
    public JsonElement? Facts { get; init; }

    /// <summary>What is wrong and how to mend it, when the command could not be done.</summary>
    public IReadOnlyList<string>? Mistakes { get; init; }

    /// <summary>Exit code of the command.</summary>
    public int ExitCode { get; init; }
}
