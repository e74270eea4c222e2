using System.Net.Sockets;

namespace Wardkeeper.Lab.Emitters.Llrp;

/// <summary>A client's conversation with a reader: one message at a time, each with its answer (LLRP 1.1).</summary>
/// <param name="stream">The connection; whoever made it closes it.</param>
internal sealed class LlrpClient(NetworkStream stream)
{
    private readonly ByteReader reader = new(stream);
    private uint id;

    /// <summary>Waits for the reader to say that it takes this client.</summary>
    /// <exception cref="InvalidDataException">It says something else.</exception>
    public async Task GreetAsync(CancellationToken cancel)
    {
        LlrpMessage message = await NextAsync(LlrpType.ReaderEventNotification, cancel);
        byte[] data = LlrpParameter.Of(message.Body, LlrpParameter.ReaderEventNotificationData), attempt = LlrpParameter.Of(data, LlrpParameter.ConnectionAttemptEvent);
        if (attempt is not [0, 0]) throw new InvalidDataException($"the reader refuses the connection: status {Convert.ToHexString(attempt)}");
    }

    /// <summary>Asks the reader what it is.</summary>
    /// <exception cref="InvalidDataException">It does not say.</exception>
    public async Task<ReaderIdentity> IdentifyAsync(CancellationToken cancel) =>
        ReaderIdentity.Read(await AskAsync(LlrpType.GetReaderCapabilities, [ReaderIdentity.GeneralDeviceCapabilities], LlrpType.GetReaderCapabilitiesResponse, cancel));

    /// <summary>Sends a message and waits for its answer.</summary>
    /// <returns>What the answer holds.</returns>
    /// <exception cref="InvalidDataException">The reader did not do it.</exception>
    public async Task<byte[]> AskAsync(LlrpType type, byte[] body, LlrpType answer, CancellationToken cancel)
    {
        await stream.WriteAsync(new LlrpMessage(type, ++id, body).ToBytes(), cancel);
        LlrpMessage message = await NextAsync(answer, cancel);
        byte[] status = LlrpParameter.Of(message.Body, LlrpParameter.LlrpStatus);
        if (message.Id != id) throw new InvalidDataException($"the reader answers message {message.Id} instead of {id}");
        if (status is not [0, 0, ..]) throw new InvalidDataException($"the reader answers {type} with status {Convert.ToHexString(status)}");
        return message.Body;
    }

    /// <summary>The tag of the next report.</summary>
    /// <returns>EPC-96, hexadecimal.</returns>
    public async Task<string> TagAsync(CancellationToken cancel)
    {
        LlrpMessage message = await NextAsync(LlrpType.RoAccessReport, cancel);
        return Convert.ToHexString(LlrpParameter.Of(LlrpParameter.Of(message.Body, LlrpParameter.TagReportData), LlrpParameter.Epc96));
    }

    /// <summary>Says goodbye and waits until the wire is quiet.</summary>
    public async Task CloseAsync(CancellationToken cancel)
    {
        await AskAsync(LlrpType.CloseConnection, [], LlrpType.CloseConnectionResponse, cancel);
        await reader.FinishAsync(stream, cancel);
    }

    private async Task<LlrpMessage> NextAsync(LlrpType expected, CancellationToken cancel)
    {
        LlrpMessage message = await LlrpMessage.ReadAsync(reader, cancel) ?? throw new InvalidDataException($"the reader closed instead of sending {expected}");
        return message.Type == expected ? message : throw new InvalidDataException($"the reader sent {message.Type} where {expected} was due");
    }
}
