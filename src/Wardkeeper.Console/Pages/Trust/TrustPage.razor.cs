using Wardkeeper.Console.Access;
using Wardkeeper.Console.Addresses;
using Wardkeeper.Console.Parts;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Changes;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Hub.Response;
using Wardkeeper.Hub.Response.Points.Radius;
using Wardkeeper.Hub.Trust;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Console.Pages.Trust;

/// <summary>Which identity is how strong, and what expires? Devices by the strength of their identity, certificates, requests that wait, authorities and makers' roots.</summary>
public sealed partial class TrustPage
{
    private const int Weeks = 26;
    private TrustQuery query = TrustQuery.All;
    private IReadOnlyList<LedgerColumn<IssuedCertificate>> columns = [];
    private IReadOnlyList<ExpiryWeek> weeks = [];
    private IReadOnlyList<EnrolmentRequest> waiting = [];
    private Dictionary<long, ResponseAction> outs = [];
    private TrustOverview? overview;
    private LedgerTable<IssuedCertificate>? table;
    private IssuedCertificate? revoking;
    private RefusedException? refused;
    private Actor? person;
    private string? done;
    private string word = RevocationReasons.All[0];

    private bool MayRevoke => person?.May("POST", "/api/v1/trust/certificates/{number:long}/revoke") == true;

    /// <inheritdoc/>
    protected override async Task ReadAsync(AddressQuery address, CancellationToken cancel)
    {
        query = TrustQuery.Read(address);
        columns = Columns();
        person ??= await Viewer.ActorAsync();
        await LookAsync(cancel);
    }

    private async Task LookAsync(CancellationToken cancel)
    {
        overview = await Trust.OverviewAsync(cancel);
        weeks = Trust.Expiry(Weeks);
        waiting = (await Trust.EnrolmentsAsync([EnrolmentState.Waiting], new PageRequest(1, PageRequest.MaxSize), cancel)).Items;
        revoking = MayRevoke && query.Revoke > 0 && Trust.Certificate(query.Revoke) is { RevokedAt: null } certificate ? certificate : null;
    }

    private string StateText(IssuedCertificate one)
    {
        CaptureTime now = Clock.Now();
        return T[one.RevokedAt is not null ? "state.revoked" : one.NotAfter < now ? "state.over" : one.NotBefore > now ? "state.future" : one.RenewAt <= now ? "state.due" : "state.valid"];
    }

    private Task TypedAsync(string text, CancellationToken cancel)
    {
        string? wanted = text.Trim().Length == 0 ? null : text.Trim();
        if (wanted != query.Filter.Text) Navigation.NavigateTo(query.With(query.Filter with { Text = wanted }).Address());
        return Task.CompletedTask;
    }

    /// <summary>A page of certificates; of those that were revoked also what was done to their devices, the latest action each.</summary>
    private async Task<Page<IssuedCertificate>> LoadAsync(SortOrder sort, PageRequest page, CancellationToken cancel)
    {
        Page<IssuedCertificate> found = Trust.Certificates(query.Filter, sort, page);
        Dictionary<long, ResponseAction> done = [];
        foreach (long device in found.Items.Where(one => one.RevokedAt is not null).Select(one => one.Device).OfType<long>().Distinct())
        {
            Page<ResponseAction> actions = await Actions.FindAsync(new ActionFilter { Device = device, Visible = person!.Departments }, new SortOrder("number", true), new PageRequest(1, 20), cancel);
            if (actions.Items.FirstOrDefault(one => one.Draft.Rule == RevokedOut.RuleName) is { } action) done[device] = action;
        }
        outs = done;
        return found;
    }

    private IReadOnlyList<PreviewLine> Falls(IssuedCertificate certificate) =>
    [
        new(T["column.device"], Text: certificate.Device is { } device ? $"D-{device}" : T["device.none"], IsGrave: certificate.Device is not null),
        new(T["revoke.effect"], Text: T["revoke.effect.text"], IsGrave: true),
    ];

    private async Task RevokeAsync(string reason)
    {
        (refused, done) = (null, null);
        try
        {
            (IssuedCertificate certificate, IReadOnlyList<string> problems) = await Commands.RevokeAsync(person!, revoking!.Number, word, reason, Closed);
            done = T["revoke.done", certificate.Id].Value + string.Concat(problems.Select(one => " " + one));
            Navigation.NavigateTo(query.Rows().Address());
        }
        catch (RefusedException problem)
        {
            refused = problem;
        }
        await AgainAsync();
    }

    private async Task DecidedAsync(string told)
    {
        done = told;
        await AgainAsync();
    }

    private async Task AgainAsync()
    {
        await LookAsync(Closed);
        if (table is not null) await table.ReloadAsync();
        StateHasChanged();
    }
}
