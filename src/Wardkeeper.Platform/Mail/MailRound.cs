using Wardkeeper.Hub.Duties;
using Wardkeeper.Platform.Configuration;

namespace Wardkeeper.Platform.Mail;

/// <summary>One look after letters: what tasks and months call for is queued, what is due is handed to the mail server.</summary>
internal sealed partial class MailRound(DutyRound duties, ILetterBox queue, ILogger<MailRound> log)
{
    private const int AtOnce = 50;

    /// <summary>Does it; nothing until a server and a sender are configured.</summary>
    /// <param name="settings">Server, sender, site and language.</param>
    /// <param name="cancel">Stops; what was not confirmed stays in the queue.</param>
    /// <returns>Letters that were sent.</returns>
    public async Task<int> RunAsync(PlatformSettings settings, CancellationToken cancel = default)
    {
        if (settings.Mail.Host.Length == 0 || settings.Mail.From.Length == 0) return 0;
        LetterLook look = new(settings.Hospital.Language == "zh-CN", settings.Hospital.Name, settings.Hospital.TimeZone, settings.Mail.Address.Length == 0 ? null : settings.Mail.Address);
        await duties.RunAsync(settings.Site.Described, look, cancel);
        int sent = 0;
        await using MailPost post = new(settings.Mail);
        foreach (QueuedLetter waiting in await queue.DueAsync(AtOnce, cancel))
        {
            Posted posted = await post.SendAsync(waiting.Letter, cancel);
            if (posted.Trouble is null)
            {
                await queue.SentAsync(waiting.Number, CancellationToken.None);
                sent++;
                continue;
            }
            await queue.FailedAsync(waiting.Number, posted.Trouble, posted.IsForGood, cancel);
            LogFailed(log, waiting.Letter.Key, posted.Trouble);
            if (posted.IsServer) break;
        }
        return sent;
    }

    [LoggerMessage(EventId = 150, Level = LogLevel.Warning, Message = "Letter {Key} was not sent: {What}")]
    private static partial void LogFailed(ILogger log, string key, string what);
}
