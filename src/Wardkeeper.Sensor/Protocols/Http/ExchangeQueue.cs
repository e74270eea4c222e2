using Wardkeeper.Sensor.Content;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Http;

/// <summary>
/// Pairs responses with requests, in order, and hands out what is over. After lost bytes a response might be paired with another's
/// request; where that cannot be ruled out, requests and responses leave alone from then on.
/// </summary>
internal sealed class ExchangeQueue
{
    private readonly List<Exchange> open = [];
    private readonly FlowMemory memory = new();
    private long depth;
    private bool isPairing = true;
    private bool clientLost;

    /// <summary>The exchange of a request that begins.</summary>
    public Exchange ForRequest(bool serverLost, ITransactionSink into)
    {
        // A request was lost and the server has not spoken since, or an answer was lost and the client goes on: pipelining.
        if (clientLost || (serverLost && open.Exists(static one => !one.ResponseDone))) StopPairing(into);
        Bound(into);
        Exchange exchange = new() { Depth = ++depth, ResponseDone = !isPairing };
        open.Add(exchange);
        return exchange;
    }

    /// <summary>The exchange that a response belongs to.</summary>
    public Exchange ForResponse(ITransactionSink into)
    {
        clientLost = false;
        foreach (Exchange waiting in open)
        {
            if (!waiting.HasResponse && !waiting.ResponseDone) return waiting;
        }
        Bound(into);
        Exchange exchange = new() { Depth = ++depth, RequestDone = true };
        open.Add(exchange);
        return exchange;
    }

    /// <summary>Hands out what is over, in order.</summary>
    public void Settle(ITransactionSink into)
    {
        while (open.Count > 0 && open[0].RequestDone && open[0].ResponseDone) Release(into);
    }

    /// <summary>Hands out everything as it stands.</summary>
    public void Flush(ITransactionSink into)
    {
        while (open.Count > 0) Release(into);
    }

    /// <summary>Exchanges under way.</summary>
    public int Count => open.Count;

    /// <summary>Requests may have been lost while so many exchanges were under way.</summary>
    public void LoseRequests(int underWay, ITransactionSink into)
    {
        clientLost = true;
        if (underWay > 1) StopPairing(into);
    }

    /// <summary>Responses were lost while so many exchanges were under way: what waits will not be answered.</summary>
    public void LoseResponses(int underWay, ITransactionSink into)
    {
        if (underWay > 1) StopPairing(into);
        else Unanswered(into);
    }

    public void Reset()
    {
        open.Clear();
        memory.Clear();
        depth = 0;
        isPairing = true;
        clientLost = false;
    }

    private void StopPairing(ITransactionSink into)
    {
        isPairing = false;
        Unanswered(into);
    }

    private void Unanswered(ITransactionSink into)
    {
        foreach (Exchange waiting in open) waiting.ResponseDone |= !waiting.HasResponse;
        Settle(into);
    }

    private void Bound(ITransactionSink into)
    {
        if (open.Count < HttpLimits.OpenExchanges) return;
        into.Report(HttpFaults.TooManyOpen);
        StopPairing(into);
        if (open.Count >= HttpLimits.OpenExchanges) Release(into);
    }

    /// <summary>Hands out the rows of an exchange that is over; returns its own.</summary>
    public static HttpExchange Emit(Exchange exchange, string protocol, FlowMemory memory, ITransactionSink into)
    {
        HttpExchange row = exchange.Finish(memory);
        into.Emit(row);
        ClinicalRows.Emit(exchange, into);
        new Brought(protocol, row.At, row.Bytes, Side.Client) { Name = exchange.RequestFile }.Emit(exchange.RequestBody, into);
        new Brought(protocol, exchange.Last, row.Bytes, Side.Server) { Name = exchange.ResponseFile }.Emit(exchange.ResponseBody, into);
        if (ElasticExchange.Of(exchange, row) is { } search) into.Emit(search);
        if (IppExchange.Of(exchange, row, into.Masker) is { } printing) into.Emit(printing);
        if (WsManagementExchange.Of(exchange, row) is { } management) into.Emit(management);
        if (DicomWebExchange.Of(exchange, row, !memory.HasToldWeb, into.Masker) is not { } web) return row;
        memory.HasToldWeb |= web.IsNews && web.StatusCode is >= 200 and < 300;
        into.Emit(web);
        return row;
    }

    private void Release(ITransactionSink into)
    {
        Exchange exchange = open[0];
        open.RemoveAt(0);
        Emit(exchange, HttpAnalyser.Info.Name, memory, into);
    }
}
