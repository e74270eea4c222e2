using System.Net;
using System.Net.Sockets;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Services.Dicom;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Emitters.Dimse;

/// <summary>A modality that waits for the archive's word on one storage commitment, N-EVENT-REPORT on an association that the archive opens. PS3.4, J.3.3.</summary>
internal sealed class CommitmentListener : IAsyncDisposable
{
    private readonly TaskCompletionSource<DimseMessage> report = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string transaction;
    private readonly DicomIdentity self;
    private readonly Emitter service;

    private CommitmentListener(HostNamespace host, string transaction)
    {
        (this.transaction, self) = (transaction, DicomIdentity.Of(host.Device));
        service = TcpService.Start(host, DicomPorts.Client, Log, ConverseAsync);
    }

    /// <summary>What it received.</summary>
    public ServerLog Log { get; } = new();

    /// <summary>The report, once the archive has released the association it came on.</summary>
    public Task<DimseMessage> Report => report.Task;

    /// <summary>Listens from now on.</summary>
    /// <param name="host">Modality.</param>
    /// <param name="transaction">Transaction UID of the request.</param>
    public static CommitmentListener Start(HostNamespace host, string transaction) => new(host, transaction);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => service.DisposeAsync();

    private async Task ConverseAsync(NetworkStream stream, IPAddress peer, CancellationToken cancel)
    {
        ByteReader reader = new(stream);
        Association association = await Association.AcceptAsync(stream, reader, self, [SopClasses.StorageCommitment, SopClasses.Verification], cancel);
        DimseMessage? reported = null;
        while (await association.ReceiveAsync(cancel) is { } message)
        {
            Log.Add(peer, message.Field == DimseCommand.EventReport ? "N-EVENT-REPORT" : $"{message.Field:X4}", message.InstanceUid);
            if (message.Field == DimseCommand.EventReport && message.Data?.Text(DicomTags.TransactionUid) == transaction) reported = message;
            await association.SendAsync(message.Answer(0), cancel);
        }
        if (reported is not null) report.TrySetResult(reported);
    }
}
