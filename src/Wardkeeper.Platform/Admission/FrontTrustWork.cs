using Wardkeeper.Hub.Trust.Keys;
using Wardkeeper.Platform.Running;

namespace Wardkeeper.Platform.Admission;

/// <summary>Looks each minute whether FreeRADIUS's certificates are still as they ought to be: renewal, rollover and revocation of an authority.</summary>
internal sealed partial class FrontTrustWork(IServiceProvider services, Up.Readiness readiness, TimeProvider clock, ILogger<FrontTrustWork> log) : PeriodicWork(readiness, TimeSpan.FromMinutes(1), clock)
{
    private string trouble = "";

    /// <inheritdoc/>
    protected override async Task LookAsync(CancellationToken cancel)
    {
        try
        {
            FrontTrust trust = services.GetRequiredService<FrontTrust>();
            IReadOnlyList<string> changed = await trust.RenewAsync(cancel);
            string what = string.Join(", ", changed);
            string? where = trust.Target;
            if (changed.Count > 0) LogRenewed(log, what, where);
            trouble = "";
        }
        catch (Exception e) when (e is AuthorityKeyException or UserError or IOException or UnauthorizedAccessException or Hub.Changes.RefusedException || Storage.StoreFaults.IsStoreFault(e))
        {
            // Once for each trouble: it is looked at each minute.
            if (trouble != e.Message) LogTrouble(log, e.Message);
            trouble = e.Message;
        }
    }

    [LoggerMessage(EventId = 414, Level = LogLevel.Information, Message = "FreeRADIUS's certificates were written anew ({What}) in {Folder}; 'wardkeeper admission run' starts it anew by itself")]
    private static partial void LogRenewed(ILogger log, string what, string? folder);

    [LoggerMessage(EventId = 415, Level = LogLevel.Warning, Message = "FreeRADIUS's certificates could not be looked after; it is tried again each minute: {Why}")]
    private static partial void LogTrouble(ILogger log, string why);
}
