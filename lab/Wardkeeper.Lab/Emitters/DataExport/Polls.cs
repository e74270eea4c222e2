namespace Wardkeeper.Lab.Emitters.DataExport;

/// <summary>An object in a reply and its attributes. Programming guide, chapter 6, ObservationPoll.</summary>
/// <param name="Handle">Its handle.</param>
/// <param name="Attributes">Its attributes.</param>
internal sealed record PolledObject(ushort Handle, IReadOnlyList<ExportAttribute> Attributes)
{
    /// <summary>Value of an attribute, or null.</summary>
    public byte[]? this[ushort id] => Attributes.FirstOrDefault(attribute => attribute.Id == id)?.Value;
}

/// <summary>A poll for objects of one class. Programming guide, chapter 6, PollMdibDataReq and PollMdibDataReqExt.</summary>
/// <param name="Number">Number of the poll; the client's choice.</param>
/// <param name="Class">Object class.</param>
/// <param name="Group">Attribute group; 0 for all.</param>
/// <param name="IsExtended">Whether it is an extended poll. The lab's extended polls name no period: they are answered once.</param>
internal sealed record Poll(ushort Number, ushort Class, ushort Group, bool IsExtended)
{
    private const ushort ObjectPartition = 1;

    private ushort ActionType => IsExtended ? Nomenclature.PollExtended : Nomenclature.Poll;

    /// <summary>The request.</summary>
    public RemoteOperation ToRequest(ushort invokeId)
    {
        byte[] content = [.. Wire.Words(Number, ObjectPartition, Class, Group), .. IsExtended ? Wire.Attributes() : []];
        return new(OperationKind.Invoke, invokeId, RemoteOperation.Action, [.. Wire.Words(Nomenclature.MedicalDeviceSystem, 0, 0), .. Wire.Longs(0), .. Wire.Words(ActionType), .. Wire.Counted(content)]);
    }

    /// <summary>Reads a request.</summary>
    /// <exception cref="InvalidDataException">It is no poll.</exception>
    public static Poll Read(RemoteOperation request)
    {
        if (request.Kind != OperationKind.Invoke || request.Command != RemoteOperation.Action) throw new InvalidDataException($"operation {request.Kind} {request.Command} is no poll");
        ExportReader reader = new(request.Body);
        reader.Take(10);
        ushort action = reader.Word();
        if (action is not (Nomenclature.Poll or Nomenclature.PollExtended)) throw new InvalidDataException($"action {action:X4} is no poll");
        ExportReader content = reader.Counted();
        ushort number = content.Word();
        content.Take(2);
        return new(number, content.Word(), content.Word(), action == Nomenclature.PollExtended);
    }

    /// <summary>The reply with objects of one context.</summary>
    /// <param name="invokeId">Number of the request's invocation.</param>
    /// <param name="ticks">When, relative time.</param>
    /// <param name="context">Where the objects live: 0 the monitor, 1 its measurement server.</param>
    /// <param name="objects">Objects; a reply without any has no context either.</param>
    public RemoteOperation ToReply(ushort invokeId, uint ticks, ushort context, IReadOnlyCollection<PolledObject> objects)
    {
        byte[] found = Wire.List([.. objects.Select(one => (byte[])[.. Wire.Words(one.Handle), .. Wire.Attributes(one.Attributes)])]);
        byte[] contexts = objects.Count == 0 ? Wire.List() : Wire.List([.. Wire.Words(context), .. found]);
        byte[] content = [.. Wire.Words(Number), .. IsExtended ? Wire.Words(0) : [], .. Wire.Longs(ticks), .. Wire.NoTime, .. Wire.Words(ObjectPartition, Class, Group), .. contexts];
        return new(OperationKind.Result, invokeId, RemoteOperation.Action, [.. Wire.Words(Nomenclature.MedicalDeviceSystem, 0, 0), .. Wire.Words(ActionType), .. Wire.Counted(content)]);
    }

    /// <summary>Reads the objects of a reply.</summary>
    /// <exception cref="InvalidDataException">It does not answer this poll.</exception>
    public IReadOnlyList<PolledObject> ReadReply(RemoteOperation reply)
    {
        if (reply.Kind != OperationKind.Result || reply.Command != RemoteOperation.Action) throw new InvalidDataException($"the monitor answers a poll with {reply.Kind} {reply.Command}");
        ExportReader reader = new(reply.Body);
        reader.Take(6);
        ushort action = reader.Word();
        ExportReader content = reader.Counted();
        ushort number = content.Word();
        content.Take((IsExtended ? 2 : 0) + 12 + 2);
        if (action != ActionType || number != Number || content.Word() != Class || content.Word() != Group) throw new InvalidDataException($"the monitor answers another poll than {Number}");
        return [.. content.List(context =>
        {
            context.Take(2);
            return context.List(inner => new PolledObject(inner.Word(), inner.Attributes()));
        }).SelectMany(objects => objects)];
    }
}
