<?php
// Prints a front page in three languages, then writes a draft, reads it, and puts it into the trash.
// Clients by openapi-generator. They need Guzzle: from Debian's php-guzzlehttp-guzzle, or from Composer.

declare(strict_types=1);

require is_file(__DIR__ . '/vendor/autoload.php') ? __DIR__ . '/vendor/autoload.php' : 'GuzzleHttp/autoload.php';

spl_autoload_register(function (string $class): void {
    foreach (['delivery' => 'Tribuna\\Delivery\\', 'management' => 'Tribuna\\Management\\'] as $folder => $namespace) {
        if (str_starts_with($class, $namespace)) {
            $name = str_replace('\\', '/', substr($class, strlen($namespace)));
            require __DIR__ . "/generated/$folder/lib/$name.php";
        }
    }
});

use Tribuna\Delivery\Api\PostsApi as PublicPosts;
use Tribuna\Delivery\Configuration as DeliveryConfiguration;
use Tribuna\Delivery\Model\PublicPostResponse;
use Tribuna\Delivery\Model\PublicPostSummaryPage;
use Tribuna\Management\Api\PostsApi;
use Tribuna\Management\Api\SessionsApi;
use Tribuna\Management\Configuration as ManagementConfiguration;
use Tribuna\Management\Model\BodySource;
use Tribuna\Management\Model\CheckedPostResponse;
use Tribuna\Management\Model\FirstTranslation;
use Tribuna\Management\Model\Format;
use Tribuna\Management\Model\Login;
use Tribuna\Management\Model\PostInput;
use Tribuna\Management\Model\Tokens;
use Tribuna\Management\Model\TranslationResponse;

/**
 * @template T
 * @param class-string<T> $class
 * @return T
 */
function expect(string $class, mixed $answer): mixed
{
    return $answer instanceof $class ? $answer : throw new RuntimeException((string) $answer);
}

function frontPage(string $lang): void
{
    $posts = new PublicPosts();
    $page = expect(PublicPostSummaryPage::class, $posts->listPublicPosts(limit: 3, lang: $lang, fallback: ['en']));
    echo "\n$lang\n";
    foreach ($page->getData() as $post) {
        $authors = implode(', ', array_map(fn ($byline) => $byline->getName(), $post->getAuthors()));
        echo "- {$post->getTitle()} ({$post->getLang()}) by $authors: {$post->getUrl()}\n";
    }
    $first = $page->getData()[0];
    $one = expect(PublicPostResponse::class, $posts->getPublicPost($first->getId(), lang: $first->getLang()))->getData();
    echo "  {$one->getTitle()}: " . strlen($one->getBody()->getHtml()) . " bytes of HTML\n";
}

function draft(string $email, string $password): void
{
    $config = ManagementConfiguration::getDefaultConfiguration();
    $login = new Login(['email' => $email, 'password' => $password]);
    $tokens = expect(Tokens::class, (new SessionsApi())->createSession($login));
    $config->setAccessToken($tokens->getAccessToken());
    $posts = new PostsApi();
    $body = new BodySource(['format' => Format::FORMAT_MARKDOWN, 'source' => 'Hello.']);
    $text = new FirstTranslation(['lang' => 'en', 'title' => 'A draft by openapi-generator, in PHP', 'body' => $body]);
    $created = expect(CheckedPostResponse::class, $posts->createPost(new PostInput(['translation' => $text])));
    $id = $created->getData()->getId();
    $read = expect(TranslationResponse::class, $posts->getTranslation($id, 'en'))->getData();
    echo "\nDraft: {$read->getTitle()}, {$read->getStatus()}\n";
    $posts->deletePost($id);
}

$url = getenv('API_URL') ?: 'http://127.0.0.1:8080';
foreach ([DeliveryConfiguration::class, ManagementConfiguration::class] as $class) {
    $class::getDefaultConfiguration()->setHost($url);
}
foreach (['en', 'fr', 'es'] as $lang) {
    frontPage($lang);
}
draft(getenv('API_EMAIL') ?: 'admin@example.org', getenv('API_PASSWORD') ?: '');
