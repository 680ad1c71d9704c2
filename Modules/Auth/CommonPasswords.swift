/// What people choose when nobody stops them, and what is therefore tried first; in lower case, and words
/// without the digits and symbols that are put around them.
enum CommonPasswords {
    /// Every listed password.
    static let all = Set(list.split(whereSeparator: \.isWhitespace).map(String.init))

    private static let list = """
        password passwort passw0rd p@ssword p@ssw0rd pa55word pa55w0rd passwords mypassword newpassword password123
        passwordpassword passwd passcode changeme changeit changethis letmein letmeinnow welcome welcomehome welcomeback
        admin administrator adminadmin admin123 root rootroot toor superuser supervisor manager master default guest
        guestguest user useruser username test testtest testing tester test1234 temp temporary demo example sample
        public secret secrets topsecret mysecret supersecret private access accessdenied login logmein loginlogin signin
        security secure nothing none null undefined unknown anonymous system server computer internet website database
        mysql oracle 12345678 123456789 1234567890 12345678910 0123456789 012345678 123123123 1231231234 12341234
        123412345 11223344 112233445566 123321123 123454321 1234554321 12344321 123456654321 87654321 987654321
        9876543210 0987654321 98765432 147258369 147852369 159753456 159357456 741852963 789456123 963852741 321321321
        121212121 12121212 13131313 10101010 1010101010 20202020 69696969 88888888 31415926 3141592653 27182818 14141414
        11112222 22334455 55667788 00112233 01234567 02468024 13579135 2468101214 12369874 14789632 19841984 19901990
        19951995 20002000 20012001 20102010 20202021 20212022 20222023 20232024 20242025 20252026 abcd1234 abcdefgh
        abcdefghi abcdefghij abcabcabc abc12345 abc123456 abc123abc abcdef123 a1b2c3d4 a1b2c3d4e5 1a2b3c4d 1a2b3c4d5e
        aa123456 aaa11111 a12345678 a123456789 1q2w3e4r 1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx 1qaz2wsx3edc zaq12wsx zaq1xsw2
        qazwsxedc qazwsxedcrfv qweasdzxc qweasd123 qwe123456 qwe12345 qwer1234 qwert123 q1w2e3r4 q1w2e3r4t5 qwerty
        qwerty12 qwerty123 qwerty1234 qwertyui qwertyuiop qwertyuiopasdfghjkl qwertz qwertzuiop azerty azertyuiop asdf
        asdfasdf asdfgh asdfghjk asdfghjkl asdf1234 asd123456 zxcvbnm zxcvbnma zxcvbnmasdfghjkl zxcvbn poiuytrewq
        lkjhgfdsa mnbvcxz mnbvcxza trewq ytrewq iloveyou iloveyousomuch iloveyou2 iloveu loveyou lovelove loveme lovely
        lover loverboy lovergirl mylove truelove forever foreverandever sweetheart sweetie sweety honey honeybee darling
        babygirl babyboy babydoll princess prince queen queenbee kingking beautiful gorgeous handsome pretty angel
        angels myangel sunshine sunflower rainbow butterfly flower flowers blossom unicorn unicorns mermaid fairy
        fairytale storybook bedtime bedtimestory goodnight sleepytime onceuponatime storyteller stories lullaby
        teddybear teddy bunny kitty kitten kittycat puppy puppies doggy monkey monkeys tiger tigers lion lionking panda
        dolphin dolphins elephant giraffe penguin dinosaur dragon dragons dragonfly phoenix eagle falcon hawk wolf
        wolves panther jaguar cheetah cobra spider scorpion shark football soccer baseball basketball volleyball
        softball hockey tennis cricket rugby golf golfer running swimming wrestling skateboard snowboard champion
        champions winner winners liverpool arsenal chelsea manchester barcelona realmadrid juventus bayern yankees
        lakers cowboys steelers patriots redsox packers broncos raiders eagles batman superman spiderman ironman hulk
        captain wonderwoman catwoman joker starwars startrek skywalker darthvader yoda jedi gandalf frodo matrix
        terminator godzilla pokemon pikachu charizard digimon naruto sasuke goku dragonball mickey mickeymouse minnie
        donald donaldduck goofy disney disneyland frozen elsa cinderella pinocchio peterpan tinkerbell winniethepooh
        snoopy garfield tweety scooby scoobydoo spongebob patrick peppapig pawpatrol bluey barbie hellokitty
        mylittlepony lego minecraft fortnite roblox mario supermario luigi zelda sonic nintendo playstation xbox halo
        warcraft starcraft counterstrike callofduty diablo gamer gaming player gameover michael michelle jennifer
        jessica jordan joshua matthew andrew anthony daniel david robert richard thomas william charlie charlotte
        elizabeth victoria alexander alexandra nicholas nicole natalie samantha stephanie stephen christopher christian
        christina benjamin brandon jonathan justin amanda ashley hannah heather melissa rachel rebecca sarah sophie
        oliver olivia harry harrypotter hogwarts hermione martin maggie ginger pepper peaches cookie cookies chocolate
        strawberry cherry banana orange apple applepie pineapple watermelon cheese cheesecake pancake pizza burger
        chicken coffee bubbles cupcake candy sugar lollipop butter peanut pumpkin potato tomato biscuit summer winter
        spring autumn january february march april june july august september october november december monday tuesday
        wednesday thursday friday saturday sunday christmas halloween easter birthday happybirthday holiday family
        myfamily mother father mommy mummy daddy mama papa mummydaddy children kids mykids mybaby baby brother sister
        grandma grandpa grandmother grandfather wedding friends bestfriend friendship together freedom liberty america
        england london paris berlin germany france canada australia africa india mexico brazil jesus jesuschrist
        jesuslovesme godisgood godislove blessed blessing heaven faith believe hallelujah praisegod shadow thunder
        lightning storm hunter ranger soldier warrior fighter killer ninja samurai pirate pirates wizard magic magician
        genius einstein newton galaxy universe planet jupiter saturn mercury diamond diamonds crystal silver golden
        platinum emerald purple yellow green blue black white scarlet indigo turquoise midnight moonlight starlight
        sparkle glitter stardust trustno1 whatever whatsup whatthe ncc1701d blink182 metallica nirvana beatles slipknot
        eminem rockstar rocknroll guitar music musical dancer dancing singing piano drummer mustang corvette ferrari
        porsche mercedes yamaha harley harleydavidson camaro chevrolet toyota honda hello helloworld hellohello hello123
        hi goodbye goodluck goodmorning thankyou please sorry awesome amazing fantastic incredible perfect happy
        happiness smile smiley funny laughing lucky luckyone lucky777 success successful money moneymoney dollar million
        millionaire business company office work working job student teacher school college university homework library
        education google googlegoogle facebook instagram twitter youtube snapchat whatsapp tiktok amazon netflix spotify
        microsoft windows linux ubuntu android iphone samsung nokia motorola apple123 correcthorsebatterystaple
        thisismypassword ihatepasswords iforgot idontknow dontforget opensesame abracadabra hocuspocus open enter
        letmepass getmein trustme trustnoone blahblah blablabla asshole bullshit fuckyou fuckoff motherfucker bitch sexy
        sexybaby pussy dickhead
        """
}
