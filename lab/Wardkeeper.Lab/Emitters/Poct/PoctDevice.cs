using System.Xml.Linq;
using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Hospital;

namespace Wardkeeper.Lab.Emitters.Poct;

/// <summary>The device's side of a conversation. CLSI POCT01-A2, basic profile.</summary>
/// <param name="device">Who speaks.</param>
/// <param name="at">Local time of its messages.</param>
/// <param name="stream">Connection.</param>
/// <param name="reader">Its reader.</param>
internal sealed class PoctDevice(HospitalDevice device, DateTime at, Stream stream, ByteReader reader)
{
    private int control = 10000;

    /// <summary>Holds the conversation.</summary>
    /// <exception cref="InvalidDataException">The manager answers otherwise than it should.</exception>
    public async Task UploadAsync(IReadOnlyList<SampleResult> samples, CancellationToken cancel)
    {
        await SendAsync(PoctMessages.Hello(device, ++control, at), cancel);
        await SendAsync(PoctMessages.Status(samples.Count, ++control, at), cancel);
        XElement request = await TakeAsync("REQ.R01", cancel);
        if (PoctMessages.Of(request, "REQ.request_cd") != "ROBS") throw new InvalidDataException("the manager asks for something else than observations");
        foreach (SampleResult sample in samples) await SendAsync(PoctMessages.Observation(sample, ++control, at), cancel);
        await stream.WriteAsync(PoctDocument.ToBytes(PoctMessages.EndOfTopic(PoctMessages.Of(request, "HDR.control_id"), ++control, at)), cancel);
        XElement end = await TakeAsync("END.R01", cancel);
        await stream.WriteAsync(PoctDocument.ToBytes(PoctMessages.Accepted(PoctMessages.Of(end, "HDR.control_id"), ++control, PoctMessages.Time(at))), cancel);
    }

    private async Task SendAsync(XElement message, CancellationToken cancel)
    {
        await stream.WriteAsync(PoctDocument.ToBytes(message), cancel);
        XElement answer = await TakeAsync("ACK.R01", cancel);
        if (PoctMessages.Of(answer, "ACK.type_cd") != "AA" || PoctMessages.Of(answer, "ACK.ack_control_id") != PoctMessages.Of(message, "HDR.control_id")) throw new InvalidDataException($"the manager does not accept {message.Name}: {answer}");
    }

    private async Task<XElement> TakeAsync(string type, CancellationToken cancel)
    {
        XElement message = await PoctDocument.ReadAsync(reader, cancel) ?? throw new InvalidDataException($"the manager closed where {type} is due");
        return message.Name == type ? message : throw new InvalidDataException($"the manager sends {message.Name} where {type} is due");
    }
}
