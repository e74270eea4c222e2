using System.Net.Sockets;
using System.Text;

namespace Wardkeeper.Lab.Emitters.Mllp;

/// <summary>A sender's open connection to a receiver. One message at a time.</summary>
/// <param name="stream">The connection, which this closes.</param>
internal sealed class MllpConnection(NetworkStream stream) : IAsyncDisposable
{
    private readonly ByteReader reader = new(stream);

    /// <summary>Whether the receiver has closed it: it reads as ended though nothing was sent.</summary>
    public bool IsClosed => stream.Socket.Poll(0, SelectMode.SelectRead) && stream.Socket.Available == 0;

    /// <summary>Sends a message and waits for its acknowledgement.</summary>
    /// <exception cref="InvalidDataException">It was not accepted.</exception>
    /// <exception cref="IOException">The connection is broken, or was closed instead.</exception>
    public async Task SendAsync(string text, Encoding encoding, CancellationToken cancel)
    {
        await stream.WriteAsync(MllpFrame.Wrap(encoding.GetBytes(text)), cancel);
        byte[] answer = await MllpFrame.ReadAsync(reader, cancel) ?? throw new EndOfStreamException("the receiver closed instead of acknowledging");
        HlHeader.Read(answer);
        string wanted = "MSA|AA|" + HlHeader.Read(text).ControlId;
        string[] segments = encoding.GetString(answer).Split('\r');
        if (!segments.Any(segment => segment == wanted || segment.StartsWith(wanted + "|", StringComparison.Ordinal))) throw new InvalidDataException($"the receiver answered {string.Join(' ', segments)} instead of {wanted}");
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => stream.DisposeAsync();
}
